import type { Random } from '@aibrix/core/random';

/** Times of requests in milliseconds from the start, ascending, without end: the caller stops when it has enough. */
export type Arrivals = Generator<number, never, void>;

/** Makes arrivals of a mean rate in requests per second. */
export type ArrivalProcess = (options: { ratePerSecond: number; random: Random }) => Arrivals;
