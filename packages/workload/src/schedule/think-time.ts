import { type Draw, exponential, gamma, lognormal, type Random } from '@aibrix/core/random';
import { z } from 'zod';

/** How long a user thinks between an answer and the next turn. Snake case: it stands in manifests. */
export type ThinkTime =
  | { kind: 'constant'; mean_ms: number }
  | { kind: 'uniform'; min_ms: number; max_ms: number }
  | { kind: 'exponential'; mean_ms: number }
  /** `sigma` is the standard deviation of the logarithm. */
  | { kind: 'lognormal'; median_ms: number; sigma: number }
  | { kind: 'gamma'; mean_ms: number; shape: number };

/** Some 11 days; nobody thinks longer. */
const MAX_MS = 1e9;
const time = z.number().nonnegative('must not be negative').max(MAX_MS, `must be at most ${MAX_MS}`);
const positive = z.number().positive('must be above 0').max(MAX_MS, `must be at most ${MAX_MS}`);
const sigma = z.number().positive('must be above 0').max(5, 'must be at most 5');
const shape = z.number().min(0.01, 'must be at least 0.01').max(10_000, 'must be at most 10000');

/** Checks a think time. */
export const thinkTimeSchema: z.ZodType<ThinkTime, ThinkTime> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('constant'), mean_ms: time }),
    z.strictObject({ kind: z.literal('uniform'), min_ms: time, max_ms: time }),
    z.strictObject({ kind: z.literal('exponential'), mean_ms: positive }),
    z.strictObject({ kind: z.literal('lognormal'), median_ms: positive, sigma }),
    z.strictObject({ kind: z.literal('gamma'), mean_ms: positive, shape }),
  ])
  .refine((value) => value.kind !== 'uniform' || value.min_ms <= value.max_ms, 'min_ms is above max_ms');

/** Draws think times, in milliseconds with three decimals, none longer than 1e9. */
export const drawThinkTime = (thinkTime: ThinkTime, random: Random): Draw => {
  const draw = ((): Draw => {
    switch (thinkTime.kind) {
      case 'constant':
        return () => thinkTime.mean_ms;
      case 'uniform':
        return () => thinkTime.min_ms + random.next() * (thinkTime.max_ms - thinkTime.min_ms);
      case 'exponential':
        return exponential(random, 1 / thinkTime.mean_ms);
      case 'lognormal':
        return lognormal(random, Math.log(thinkTime.median_ms), thinkTime.sigma);
      case 'gamma':
        return gamma(random, thinkTime.shape, thinkTime.mean_ms / thinkTime.shape);
    }
  })();
  return () => Math.min(MAX_MS, Math.round(draw() * 1000) / 1000);
};
