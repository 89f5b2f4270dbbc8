import { exponential, type Random } from '@aibrix/core/random';
import type { EndlessArrivals } from './arrivals.js';
import { renewalTimes } from './renewal-times.js';

/**
 * A Poisson process: independent exponential gaps, so the gaps' coefficient of variation is 1, and so is the index of
 * dispersion of counts over any window. The first arrival is one gap after the start.
 */
export const poissonArrivals = (options: { ratePerSecond: number; random: Random }): EndlessArrivals =>
  renewalTimes(exponential(options.random, options.ratePerSecond / 1000));
