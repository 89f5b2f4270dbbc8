import type { RateDescription } from './rate-description.js';

/** A rate of requests over time, its integral, and the inverse of that. Pure: what was asked before changes nothing. */
export interface RateFunction {
  /** What it was made of. */
  readonly description: RateDescription;
  /** Requests per second at a time; at a jump, the rate after it. 0 before the start. */
  rateAt(timeMs: number): number;
  /** Requests expected from the start to a time: the integral of the rate. */
  expectedRequests(timeMs: number): number;
  /**
   * The time, in milliseconds, from which on the integral is above `expectedRequests`: where the rate is 0 for a while,
   * the end of that while. Infinity where the integral never gets above it. Exact to a billionth of a request.
   */
  timeOf(expectedRequests: number): number;
}

/**
 * How near to the end of a stretch a number of requests is at its end: sums of many stretches are off by their rounding,
 * and a request that belongs behind a pause must not stand before it.
 */
export const requestSlack = (expectedRequests: number): number => 5e-10 + expectedRequests * 2 ** -50;
