import { exponential, type Random } from '@aibrix/core/random';
import type { Arrivals } from './arrivals.js';

/**
 * A Poisson process: independent exponential gaps, so the gaps' coefficient of variation is 1, and so is the index of
 * dispersion of counts over any window. The first arrival is one gap after the start.
 */
export const poissonArrivals = function* (options: { ratePerSecond: number; random: Random }): Arrivals {
  const gapMs = exponential(options.random, options.ratePerSecond / 1000);
  let timeMs = 0;
  for (;;) {
    timeMs += gapMs();
    yield timeMs;
  }
};
