import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { shapeOf } from '../arrivals/arrival-options.js';
import { createArrivals } from '../arrivals/create-arrivals.js';
import { createRate } from '../arrivals/create-rate.js';
import type { RateDescription } from '../arrivals/rate-description.js';
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
): number[] => {
  const intervals = Math.ceil(durationMs / intervalMs) + 1;
  return patternValues(pattern, { intervals, intervalMs, minimum, random: createRandom(seed, `pattern/${stream}`) });
};

const rateOf = (settings: SyntheticSettings): RateDescription => {
  const { traffic, intervalMs } = settings;
  if ('kind' in traffic) return traffic;
  const rates = valuesOf(traffic, settings, { stream: 'traffic', minimum: 0 });
  return { kind: 'intervals', interval_ms: intervalMs, rates_rps: rates };
};

/** Tokens that are wanted at a time. */
const lengthAt = (
  pattern: Pattern | null,
  settings: SyntheticSettings,
  stream: string,
): ((timeMs: number) => number | null) => {
  if (!pattern) return () => null;
  const values = valuesOf(pattern, settings, { stream, minimum: 1 });
  return (timeMs) => Math.round(values[Math.floor(timeMs / settings.intervalMs)] ?? pattern.mean);
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
  const rate = createRate(rateOf(settings));
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
    start() {
      const promptTokens = lengthAt(settings.promptLength, settings, 'prompt-length');
      const outputTokens = lengthAt(settings.outputLength, settings, 'output-length');
      return {
        times: createArrivals({ process, shape, rate, random: createRandom(seed, 'arrivals') }),
        targetAt: (timeMs) => ({ promptTokens: promptTokens(timeMs), outputTokens: outputTokens(timeMs) }),
      };
    },
    requests: requestMaking(material, {
      generator: GENERATOR,
      seed,
      lengthMode: settings.lengthMode,
      withText: settings.withText,
      fromPool: poolRequests({
        seed,
        tolerancePercent: TOLERANCE_PERCENT,
        maxConcurrentSessions: settings.maxConcurrentSessions,
      }),
    }),
  });
};
