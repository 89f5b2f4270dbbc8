import type { Draw } from '@aibrix/core/random';
import type { EndlessArrivals } from './arrivals.js';

/** Sums of independent gaps: the first time is one gap after 0. */
export const renewalTimes = function* (gap: Draw): EndlessArrivals {
  let time = 0;
  for (;;) {
    time += gap();
    yield time;
  }
};
