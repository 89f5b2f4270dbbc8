import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import { transformWorkload } from './transform-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'limit';

/** Options of `limitWorkload`. */
export interface LimitOptions {
  /** Requests at most. */
  maxRequests: number;
}

/** Checks the options of `limitWorkload`. */
export const limitOptionsSchema: z.ZodType<LimitOptions, LimitOptions> = z.strictObject({
  maxRequests: z.int('must be a whole number').min(1, 'must be at least 1'),
});

/**
 * The first requests of a workload in order of time. The last entry may lose some of its requests, and keeps its events;
 * sessions may lose their last turns.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; whatever the input throws
 */
export const limitWorkload = (input: WorkloadInput, options: LimitOptions): GeneratedWorkload => {
  const { maxRequests } = parseOptions(limitOptionsSchema, options, GENERATOR);
  return transformWorkload(input, {
    generator: GENERATOR,
    options: { maxRequests },
    leavesEntriesOut: false,
    keepsTimes: true,
    start() {
      let left = maxRequests;
      return {
        apply(entry) {
          const { requests } = entry;
          const kept = requests.length > left ? { ...entry, requests: requests.slice(0, left) } : entry;
          left -= kept.requests.length;
          return kept;
        },
        isDone: () => left === 0,
        findings: () => ({
          statistics: {},
          notes:
            left > 0 ? [`the workload ends before the limit of ${maxRequests} requests: ${maxRequests - left}`] : [],
        }),
      };
    },
  });
};
