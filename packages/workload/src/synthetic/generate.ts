import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { shapeOf } from '../arrivals/arrival-options.js';
import { createArrivals } from '../arrivals/create-arrivals.js';
import { createRate } from '../arrivals/create-rate.js';
import type { RateDescription } from '../arrivals/rate-description.js';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { poolRequests } from '../requests/pool-requests.js';
import { type PromptMaterial, requestMaking } from '../requests/prompt-material.js';
import { timedWorkload } from '../timed-workload.js';
import { type SyntheticOptions, type SyntheticSettings, syntheticOptionsSchema } from './options.js';
import type { Pattern } from './pattern.js';
import { patternValues } from './pattern-values.js';

const GENERATOR = 'synthetic';
const TOLERANCE_PERCENT = 50;

/** Values of a pattern over the whole workload; the last interval starts at its end. */
const valuesOf = (
  pattern: Pattern,
  { seed, intervalMs, durationMs }: SyntheticSettings,
  { stream, minimum }: { stream: string; minimum: number },
): { values: number[]; notes: string[] } => {
  const intervals = Math.ceil(durationMs / intervalMs) + 1;
  const random = createRandom(seed, `pattern/${stream}`);
  const { values, raised } = patternValues(pattern, { intervals, intervalMs, minimum, random });
  return {
    values,
    notes: countNote(`intervals in which the pattern of ${stream} is below ${minimum}, and was raised to it`, raised),
  };
};

const rateOf = (settings: SyntheticSettings): { rate: RateDescription; notes: string[] } => {
  const { traffic, intervalMs } = settings;
  if ('kind' in traffic) return { rate: traffic, notes: [] };
  const { values, notes } = valuesOf(traffic, settings, { stream: 'traffic', minimum: 0 });
  return { rate: { kind: 'intervals', interval_ms: intervalMs, rates_rps: values }, notes };
};

/** Tokens that are wanted at a time. */
const lengthAt = (
  pattern: Pattern | null,
  settings: SyntheticSettings,
  stream: string,
): { at(timeMs: number): number | null; notes: string[] } => {
  if (!pattern) return { at: () => null, notes: [] };
  const { values, notes } = valuesOf(pattern, settings, { stream, minimum: 1 });
  return { at: (timeMs) => Math.round(values[Math.floor(timeMs / settings.intervalMs)] ?? pattern.mean), notes };
};

/**
 * Requests whose rate and lengths go up and down, an entry each, at its own time. Values hold for `intervalMs`; within it
 * arrivals come at its rate, of the process that is asked for. Rates are no whole numbers: 0.4 requests per second are one
 * in 2.5 s.
 *
 * Prompts come from a dataset (`match`, as `constant` does) or are made to the exact length.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`); nothing without text and with targets
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing
 */
export const synthetic = (options: SyntheticOptions, material: PromptMaterial): GeneratedWorkload => {
  const settings = parseOptions(syntheticOptionsSchema, options, GENERATOR);
  const { seed, arrivals: process, durationMs, maxRequests } = settings;
  const { seed: _, ...generatorOptions } = settings;
  const { rate: description, notes: trafficNotes } = rateOf(settings);
  const rate = createRate(description);
  const promptTokens = lengthAt(settings.promptLength, settings, 'prompt-length');
  const outputTokens = lengthAt(settings.outputLength, settings, 'output-length');
  const shape = shapeOf(settings);
  return timedWorkload({
    origin: {
      generator: GENERATOR,
      options: generatorOptions,
      seed,
      arrivals: { of: 'requests', process, shape, rate: rate.description },
    },
    durationMs,
    maxRequests,
    findings: () => ({ statistics: {}, notes: [...trafficNotes, ...promptTokens.notes, ...outputTokens.notes] }),
    start() {
      return {
        times: createArrivals({ process, shape, rate, random: createRandom(seed, 'arrivals') }),
        targetAt: (timeMs) => ({ promptTokens: promptTokens.at(timeMs), outputTokens: outputTokens.at(timeMs) }),
      };
    },
    requests: requestMaking(material, {
      ...settings,
      generator: GENERATOR,
      fromPool: poolRequests({ ...settings, tolerancePercent: TOLERANCE_PERCENT }),
    }),
  });
};
