import { z } from 'zod';

/**
 * How a quantity goes up and down over a workload. Snake case: these are pattern files. The value of interval t of n is
 * `fluctuate · sin(2π·t·periods/n) + mean + Normal(0, noise)`.
 */
export interface Pattern {
  mean: number;
  /** Amplitude, in the unit of the mean. Default 0. */
  fluctuate?: number | undefined;
  /** Standard deviation of what is added to each interval, in the unit of the mean. Default 0. */
  noise?: number | undefined;
  /** Length of a wave, in milliseconds; or `periods`. */
  period_len_ms?: number | undefined;
  /** Waves in the whole workload; it may be a fraction. Default 1. */
  periods?: number | undefined;
  /** Keeps the highest value so far. Default false. */
  only_rise?: boolean | undefined;
}

/** Requests in every nanosecond, and half of what an answer can be asked for. */
const MAX_VALUE = 1_000_000_000;
const TOO_LARGE = `must be at most ${MAX_VALUE}`;

/** Checks a pattern. */
export const patternSchema: z.ZodType<Pattern, Pattern> = z
  .strictObject({
    mean: z.number('must be a number').positive('must be above 0').max(MAX_VALUE, TOO_LARGE),
    fluctuate: z.number().min(-MAX_VALUE, TOO_LARGE).max(MAX_VALUE, TOO_LARGE).optional(),
    noise: z.number().nonnegative('must not be negative').max(MAX_VALUE, TOO_LARGE).optional(),
    period_len_ms: z.number().positive('must be above 0').optional(),
    periods: z.number().nonnegative('must not be negative').optional(),
    only_rise: z.boolean().optional(),
  })
  .refine(({ period_len_ms, periods }) => period_len_ms === undefined || periods === undefined, {
    path: ['periods'],
    message: 'says the same as period_len_ms: give one of them',
  });

/** What fluctuates: requests per second, tokens of a prompt, tokens of an answer. */
export type Quantity = 'traffic' | 'prompt_length' | 'output_length';

/** Mean of the presets that have none of their own. */
const USUAL_MEAN: Record<Quantity, number> = { traffic: 6, prompt_length: 1024, output_length: 1024 };

const USUAL_NOISE = 0.1;

/** Shapes as a share of the mean. */
const SHAPES: Record<string, { share: number; periods: number; noise: number; onlyRise: boolean }> = {
  constant: { share: 0, periods: 0, noise: 0, onlyRise: false },
  quick_rising: { share: 0.5, periods: 5, noise: USUAL_NOISE, onlyRise: true },
  slow_rising: { share: 0.5, periods: 0.25, noise: USUAL_NOISE, onlyRise: true },
  slight_fluctuation: { share: 0.1, periods: 1, noise: USUAL_NOISE, onlyRise: false },
  severe_fluctuation: { share: 0.5, periods: 12, noise: USUAL_NOISE, onlyRise: false },
};

/** The published pattern files: means with amplitudes and wave lengths of their own. */
const MEASURED: Record<Quantity, { mean: number; high: number; low: number; fastMs: number; slowMs: number }> = {
  traffic: { mean: 12, high: 3.6, low: 1.08, fastMs: 120_000, slowMs: 840_000 },
  prompt_length: { mean: 1024, high: 696, low: 174, fastMs: 90_000, slowMs: 120_000 },
  output_length: { mean: 43, high: 34, low: 7.1, fastMs: 120_000, slowMs: 300_000 },
};

const MEASURED_NAMES = ['high_fast', 'high_slow', 'low_fast', 'low_slow'] as const;

/** Names of the presets. */
export const PATTERN_PRESETS: readonly string[] = [...Object.keys(SHAPES), ...MEASURED_NAMES];

/**
 * A pattern by name.
 *
 * @param options.mean in place of the preset's own; the amplitude keeps its share of it
 * @returns undefined for a name that is none
 */
export const presetPattern = (
  name: string,
  { quantity, mean }: { quantity: Quantity; mean?: number | undefined },
): Pattern | undefined => {
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (shape) {
    const used = mean ?? USUAL_MEAN[quantity];
    const { share, periods, noise, onlyRise } = shape;
    return { mean: used, fluctuate: share * used, noise, periods, only_rise: onlyRise };
  }
  if (!MEASURED_NAMES.some((known) => known === name)) return undefined;
  const measured = MEASURED[quantity];
  const used = mean ?? measured.mean;
  const amplitude = name.startsWith('high') ? measured.high : measured.low;
  return {
    mean: used,
    fluctuate: (amplitude * used) / measured.mean,
    noise: USUAL_NOISE,
    period_len_ms: name.endsWith('fast') ? measured.fastMs : measured.slowMs,
    only_rise: false,
  };
};
