import { normal, type Random } from '@aibrix/core/random';
import type { Pattern } from './pattern.js';

/** No rate and no length is larger. */
const MAX_VALUE = 1_000_000_000;

/** Nine decimals: what is beyond is a matter of the machine, and nobody's wish. */
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9;

/**
 * The values of a pattern, one an interval; none is below `minimum`.
 *
 * @returns the values, and how many of them were below `minimum`, and raised to it
 * @param options.intervals how many
 * @param options.intervalMs how long each is
 */
export const patternValues = (
  pattern: Pattern,
  options: { intervals: number; intervalMs: number; minimum: number; random: Random },
): { values: number[]; raised: number } => {
  const { intervals, intervalMs, minimum } = options;
  const { mean, fluctuate = 0, noise = 0, period_len_ms, only_rise = false } = pattern;
  const durationMs = (intervals - 1) * intervalMs;
  const periods = period_len_ms === undefined ? (pattern.periods ?? 1) : durationMs / period_len_ms;
  const drawNoise = normal(options.random, 0, noise);
  let highest = Number.NEGATIVE_INFINITY;
  let raised = 0;
  const values = Array.from({ length: intervals }, (_, interval) => {
    const wave = fluctuate * Math.sin((2 * Math.PI * interval * periods) / intervals);
    const wanted = rounded(wave + mean + (noise > 0 ? drawNoise() : 0));
    if (wanted < minimum) raised++;
    const value = Math.min(MAX_VALUE, Math.max(minimum, wanted));
    highest = Math.max(highest, value);
    return only_rise ? highest : value;
  });
  return { values, raised };
};
