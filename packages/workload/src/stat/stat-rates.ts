import { BenchmarkError } from '@aibrix/core/errors';
import { type Draw, poisson, type Random } from '@aibrix/core/random';
import type { StatStep } from './stat-steps.js';

/** Rates for intervals of equal length, from the start on. */
export interface StatRates {
  intervalMs: 1000;
  /** Requests per second, one an interval. */
  ratesPerSecond: number[];
  /** Requests that the export and the scale ask for, in all. */
  askedRequests: number;
  /** Requests that these rates lead to expect, in all. */
  expectedRequests: number;
}

const INTERVAL_MS = 1000;
/** Seconds over which drawn counts are smoothed, up to and with the present one. */
const WINDOW_SECONDS = 10;
/** As many as a pattern may have. */
const MAX_SECONDS = 10_000_000;

/** When the last step ends, in milliseconds. */
export const endOfSteps = (steps: readonly StatStep[]): number => {
  const last = steps.at(-1);
  return last ? last.timeMs + last.durationMs : 0;
};

/** Requests that each second is to have: the rate of its step, or of several by the time they share with it. */
const requestsBySecond = (steps: readonly StatStep[], durationMs: number, qpsScale: number): Float64Array => {
  const requests = new Float64Array(Math.ceil(durationMs / INTERVAL_MS));
  for (const { timeMs, durationMs: stepMs, ratePerSecond } of steps) {
    const endMs = Math.min(timeMs + stepMs, durationMs);
    for (let second = Math.floor(timeMs / INTERVAL_MS); second * INTERVAL_MS < endMs; second++) {
      const sharedMs = Math.min(endMs, (second + 1) * INTERVAL_MS) - Math.max(timeMs, second * INTERVAL_MS);
      requests[second] = (requests[second] as number) + ((ratePerSecond / qpsScale) * sharedMs) / INTERVAL_MS;
    }
  }
  return requests;
};

/** How far the requests drawn in the last seconds are above or below those that were to come: 1 is neither. */
const fluctuations = (requests: Float64Array, random: Random): Float64Array => {
  const drawn = new Float64Array(requests.length);
  let mean = 0;
  let draw: Draw = () => 0;
  return requests.map((wanted, second) => {
    if (wanted !== mean) draw = wanted > 0 ? poisson(random, wanted) : () => 0;
    mean = wanted;
    drawn[second] = draw();
    let [sum, asked] = [0, 0];
    for (let back = Math.max(0, second - WINDOW_SECONDS + 1); back <= second; back++) {
      sum += drawn[back] as number;
      asked += requests[back] as number;
    }
    return asked > 0 ? sum / asked : 0;
  });
};

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Rates second by second. With `poisson` a count is drawn for each second, and each rate is the one asked for times the
 * counts of the last ten seconds over those asked for: within a step, the mean of these counts. So the rates fluctuate as
 * counts do, have the asked mean in every step, however low, and are 0 where it is; a mean of counts alone would trail
 * behind each change of the rate. The first seconds use as many as there are.
 *
 * @param options.qpsScale divides rates
 * @param options.durationMs where rates end
 * @throws BenchmarkError `usage` for a duration of more than 10,000,000 s
 */
export const statRates = (
  steps: readonly StatStep[],
  options: { qpsScale: number; durationMs: number; fluctuation: 'poisson' | 'none'; random: Random },
): StatRates => {
  const { qpsScale, durationMs, fluctuation, random } = options;
  if (durationMs > MAX_SECONDS * INTERVAL_MS) {
    throw new BenchmarkError('usage', `the steps cover ${Math.round(durationMs / INTERVAL_MS)} s`, {
      hint: `At most ${MAX_SECONDS} s can be made: give a duration, or export a shorter span.`,
    });
  }
  const requests = requestsBySecond(steps, durationMs, qpsScale);
  const factors = fluctuation === 'poisson' ? fluctuations(requests, random) : undefined;
  const expected = factors ? requests.map((asked, second) => asked * (factors[second] as number)) : requests;
  const ratesPerSecond = Array.from(expected);
  // A last interval that is not whole has its requests in the time that there is.
  const lastMs = durationMs - (ratesPerSecond.length - 1) * INTERVAL_MS;
  const last = ratesPerSecond.length - 1;
  if (last >= 0) ratesPerSecond[last] = ((ratesPerSecond[last] as number) * INTERVAL_MS) / lastMs;
  return {
    intervalMs: INTERVAL_MS,
    ratesPerSecond,
    askedRequests: sumOf(requests),
    expectedRequests: sumOf(expected),
  };
};
