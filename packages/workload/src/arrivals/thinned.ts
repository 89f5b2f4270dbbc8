import { BenchmarkError } from '@aibrix/core/errors';
import type { Random } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { Arrivals } from './arrivals.js';
import { poissonArrivals } from './poisson.js';

/** Options of `thinnedArrivals`. */
export interface ThinnedArrivalsOptions {
  /** Requests per second at a time in milliseconds from the start; never below 0. */
  rateAt: (timeMs: number) => number;
  /** What `rateAt` never exceeds, in requests per second. The nearer to the largest rate, the less is drawn in vain. */
  maxRatePerSecond: number;
  /** Arrivals start in [0, durationMs). Infinity goes on for ever, also where the rate stays 0. */
  durationMs: number;
  random: Random;
}

const optionsSchema = z.strictObject({
  rateAt: z.custom<(timeMs: number) => number>((value) => typeof value === 'function', 'must be a function'),
  maxRatePerSecond: z.number('must be a number').min(0, 'must not be negative'),
  durationMs: z.union([z.number().positive('must be above 0'), z.literal(Number.POSITIVE_INFINITY)]),
  random: z.custom<Random>(),
});

const thin = function* (options: ThinnedArrivalsOptions): Arrivals {
  const { rateAt, maxRatePerSecond, durationMs, random } = options;
  if (maxRatePerSecond === 0) return;
  const keep = random.fork('keep');
  for (const timeMs of poissonArrivals({ ratePerSecond: maxRatePerSecond, random: random.fork('candidates') })) {
    if (timeMs >= durationMs) return;
    const rate = rateAt(timeMs);
    if (!(rate >= 0 && rate <= maxRatePerSecond)) {
      throw new BenchmarkError(
        'usage',
        `the rate at ${timeMs} ms is ${rate} requests per second, not between 0 and the maximum of ${maxRatePerSecond}`,
        { hint: 'Give a maxRatePerSecond that rateAt never exceeds.' },
      );
    }
    if (keep.next() * maxRatePerSecond < rate) yield timeMs;
  }
};

/**
 * A Poisson process of any rate that has a bound, by thinning (Lewis and Shedler 1979): candidates come at the largest
 * rate, and each is kept with the probability rate / largest rate. For rates whose integral is not known; where it is,
 * `createArrivals` draws nothing in vain.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; and, while it goes on, where a rate is above the
 * maximum, below 0 or no number
 */
export const thinnedArrivals = (options: ThinnedArrivalsOptions): Arrivals =>
  thin(parseOptions(optionsSchema, options, 'thinned arrivals'));
