import type { EndlessArrivals } from './arrivals.js';

/** Equal gaps, the first arrival at 0. Times are multiples of the gap, not sums of gaps, so no error builds up. */
export const constantArrivals = function* (options: { ratePerSecond: number }): EndlessArrivals {
  for (let index = 0; ; index++) yield (index * 1000) / options.ratePerSecond;
};
