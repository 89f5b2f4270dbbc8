/** Decimals of a timestamp in milliseconds: a microsecond is finer than any client can send. */
const MICROSECONDS_PER_MS = 1000;

/** A time as a workload states it: milliseconds with three decimals. */
export const toTimestamp = (timeMs: number): number => Math.round(timeMs * MICROSECONDS_PER_MS) / MICROSECONDS_PER_MS;
