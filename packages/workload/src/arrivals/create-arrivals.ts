import type { Random } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { ARRIVAL_PROCESSES } from './arrival-processes.js';
import type { Arrivals } from './arrivals.js';
import { createGapDistribution } from './gap-distribution.js';
import { fitsShape, type ProcessOptions, processOptionsShape, SHAPE_PROBLEM } from './process-options.js';
import type { RateFunction } from './rate-function.js';
import { renewalTimes } from './renewal-times.js';

/** Options of `createArrivals`. */
export interface CreateArrivalsOptions extends ProcessOptions {
  rate: RateFunction;
  /** What gaps are drawn from; a constant process draws nothing. */
  random: Random;
}

const optionsSchema = z
  .strictObject({ ...processOptionsShape, rate: z.custom<RateFunction>(), random: z.custom<Random>() })
  .refine(fitsShape, SHAPE_PROBLEM);

/** 0, 1, 2, … */
const wholeNumbers = function* (): Generator<number, never, void> {
  for (let index = 0; ; index++) yield index;
};

/** Arrivals at a rate of 1 a unit of time, moved to the times at which so many requests are expected. */
const changedInTime = function* (unitArrivals: Generator<number, never, void>, rate: RateFunction): Arrivals {
  let latest = 0;
  for (const expectedRequests of unitArrivals) {
    const timeMs = rate.timeOf(expectedRequests);
    if (timeMs === Number.POSITIVE_INFINITY) return;
    // Two of them may lie nearer to each other than a time is exact.
    latest = Math.max(latest, timeMs);
    yield latest;
  }
};

const noArrivals = function* (): Arrivals {};

/**
 * Times of requests that come by a process at a rate, without end unless the rate is 0 for good.
 *
 * A rate that changes is made by a change of time: arrivals at 1 request a unit of time are moved to where the integral of
 * the rate reaches them, so that a Poisson process stays one, gaps keep their variance in expected requests, and
 * constant arrivals have exactly one request for each expected one. The first constant arrival is where the rate first
 * gets above 0; that of the others one gap later.
 *
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const createArrivals = (options: CreateArrivalsOptions): Arrivals => {
  const { process, shape, rate, random } = parseOptions(optionsSchema, options, 'arrivals');
  if (rate.description.kind === 'constant') {
    const { rate_rps: ratePerSecond } = rate.description;
    if (ratePerSecond === 0) return noArrivals();
    return ARRIVAL_PROCESSES[process]({ ratePerSecond, random, shape: shape ?? undefined });
  }
  const unitArrivals =
    process === 'constant' ? wholeNumbers() : renewalTimes(createGapDistribution(process, shape ?? 1).draw(random, 1));
  return changedInTime(unitArrivals, rate);
};
