import type { Random } from '@aibrix/core/random';

/**
 * Times of requests in milliseconds from the start, ascending. The caller stops when it has enough; it ends by itself
 * only when no more can come, because the rate is 0 for good.
 */
export type Arrivals = Generator<number, void, void>;

/** Arrivals at a rate that never ends: so neither do they. */
export type EndlessArrivals = Generator<number, never, void>;

/** Makes arrivals of a constant mean rate above 0, in requests per second; `shape` is 1 where it is not given. */
export type ArrivalProcess = (options: {
  ratePerSecond: number;
  random: Random;
  shape?: number | undefined;
}) => EndlessArrivals;
