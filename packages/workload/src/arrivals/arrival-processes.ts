import type { ArrivalProcess } from './arrivals.js';
import { constantArrivals } from './constant.js';
import { createGapDistribution } from './gap-distribution.js';
import { poissonArrivals } from './poisson.js';
import { renewalTimes } from './renewal-times.js';

/** `constant`: equal gaps. `poisson`: exponential gaps. `gamma` and `weibull`: gaps of a shape, of which 1 is Poisson. */
export type ArrivalProcessName = 'constant' | 'poisson' | 'gamma' | 'weibull';

const shaped =
  (process: 'gamma' | 'weibull'): ArrivalProcess =>
  ({ ratePerSecond, random, shape = 1 }) =>
    renewalTimes(createGapDistribution(process, shape).draw(random, 1000 / ratePerSecond));

/** The arrival processes by name, at a constant rate. */
export const ARRIVAL_PROCESSES: Record<ArrivalProcessName, ArrivalProcess> = {
  constant: constantArrivals,
  poisson: poissonArrivals,
  gamma: shaped('gamma'),
  weibull: shaped('weibull'),
};
