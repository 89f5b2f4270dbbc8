import type { ArrivalProcess } from './arrivals.js';
import { constantArrivals } from './constant.js';
import { poissonArrivals } from './poisson.js';

export type ArrivalProcessName = 'poisson' | 'constant';

/** The arrival processes by name. */
export const ARRIVAL_PROCESSES: Record<ArrivalProcessName, ArrivalProcess> = {
  poisson: poissonArrivals,
  constant: constantArrivals,
};
