import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { createUniformDistance } from '@aibrix/metrics';
import { z } from 'zod';
import { createGapDistribution } from './gap-distribution.js';
import { fitsShape, type ProcessOptions, processOptionsShape, SHAPE_PROBLEM } from './process-options.js';
import type { RateFunction } from './rate-function.js';
import { createEvenlyRoundedGaps, createRoundedGaps } from './rounded-gaps.js';

/** Options of `createProcessCheck`. */
export interface ProcessCheckOptions extends ProcessOptions {
  rate: RateFunction;
  /** Times are multiples of this, in milliseconds; 0: they are not rounded. Default 0.001, as workloads state them. */
  resolutionMs?: number | undefined;
}

/** How far times are from those of the process. */
export interface ProcessCheckResult {
  /** Gaps compared: one less than requests. */
  gaps: number;
  /**
   * Kolmogorov-Smirnov distance of the gaps, in expected requests, from those of the process, from 0 to 1; null for
   * constant arrivals and without gaps. Never above the exact one, and below it by at most 2^-16.
   */
  distance: number | null;
  /** Probability of at least this distance if the times are of the process; null where the distance is. */
  p_value: number | null;
  /**
   * Constant arrivals: how far a request is from its own place, at most, in milliseconds; Infinity where the rate has no
   * place for it. Null for other processes and without requests.
   */
  largest_deviation_ms: number | null;
}

/** Tests whether requests come by a process, as they pass, in bounded memory. */
export interface ProcessCheck {
  /** The time of the next request in milliseconds. One that is before the one before it counts as a gap of 0. */
  add(timeMs: number): void;
  result(): ProcessCheckResult;
}

const optionsSchema = z
  .strictObject({
    ...processOptionsShape,
    rate: z.custom<RateFunction>(),
    resolutionMs: z.number().min(0, 'must not be negative').default(0.001),
  })
  .refine(fitsShape, SHAPE_PROBLEM);

/** Equal gaps have no distribution to test, but places. */
const checkPlaces = (rate: RateFunction): ProcessCheck => {
  let requests = 0;
  let largest = 0;
  return {
    add(timeMs) {
      largest = Math.max(largest, Math.abs(timeMs - rate.timeOf(requests)));
      requests++;
    },
    result: () => ({
      gaps: Math.max(0, requests - 1),
      distance: null,
      p_value: null,
      largest_deviation_ms: requests === 0 ? null : largest,
    }),
  };
};

/**
 * A test of requests against the process that they are said to come by. Gaps are taken in expected requests, in which a
 * rate that changes is 1; the first request's own gap is left out, because nothing says when it began. Also a wrong
 * rate shows.
 *
 * Rounding is allowed for, not overlooked: what it leaves open about a gap is drawn, with a seed of its own, so that the
 * same times give the same result. The p-value takes gaps for independent, as they are in the process.
 *
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const createProcessCheck = (options: ProcessCheckOptions): ProcessCheck => {
  const { process, shape, rate, resolutionMs } = parseOptions(optionsSchema, options, 'process check');
  if (process === 'constant') return checkPlaces(rate);

  const gapDistribution = createGapDistribution(process, shape ?? 1);
  const uniform = createUniformDistance();
  const share = createRandom(0, 'process-check');
  const isSteady = rate.description.kind === 'constant' && rate.description.rate_rps > 0 && resolutionMs > 0;
  const gaps = isSteady
    ? createEvenlyRoundedGaps(gapDistribution, rate.expectedRequests(resolutionMs))
    : createRoundedGaps(gapDistribution);
  let previous: number | undefined;
  return {
    add(timeMs) {
      const expected = rate.expectedRequests(timeMs);
      if (previous !== undefined) {
        const step = isSteady ? 0 : (resolutionMs * rate.rateAt(timeMs)) / 1000;
        uniform.add(gaps.toUniform(Math.max(0, expected - previous), step, share.next()));
      }
      previous = expected;
    },
    result() {
      const { count, distance, p_value } = uniform.result();
      return { gaps: count, distance, p_value, largest_deviation_ms: null };
    },
  };
};
