import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import { keptParts } from './kept-parts.js';
import { transformWorkload } from './transform-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'sample';

/** Options of `sampleWorkload`. */
export interface SampleOptions {
  /** Share of the sessions, and of the requests without one, that stays: above 0, at most 1. */
  share: number;
  /** Same seed, same sample. Default 0. */
  seed?: number | string | undefined;
}

/** The options with defaults filled in. */
export interface SampleSettings {
  share: number;
  seed: number | string;
}

/** Checks the options of `sampleWorkload` and fills in defaults. */
export const sampleOptionsSchema: z.ZodType<SampleSettings, SampleOptions> = z.strictObject({
  share: z.number().positive('must be above 0').max(1, 'must be at most 1'),
  seed: z.union([z.number(), z.string()]).default(0),
});

/**
 * A random share of a workload, with times unchanged: whole sessions, and requests that have none, each with the
 * probability `share`. It is drawn from seed and id alone, so a smaller share is a part of a larger one with the same
 * seed, and the number of requests varies about the share. Requests state the ids that they have in the whole workload.
 * Events go with their session; those without stay.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; while it is read, `input` for a request that
 *   has parents and no session; whatever the input throws
 */
export const sampleWorkload = (input: WorkloadInput, options: SampleOptions): GeneratedWorkload => {
  const { share, seed } = parseOptions(sampleOptionsSchema, options, GENERATOR);
  const keeper = {
    keeps: (key: string) => createRandom(seed, `sample/${key}`).next() < share,
    keepsLooseEvents: true,
  };
  return transformWorkload(input, {
    generator: GENERATOR,
    options: { share },
    seed,
    leavesEntriesOut: true,
    keepsTimes: false,
    start() {
      let leftOut = 0;
      return {
        apply(entry, number) {
          const kept = keptParts(entry, number, keeper);
          leftOut += entry.requests.length - (kept?.requests.length ?? 0);
          return kept;
        },
        findings: () => ({ statistics: { requests_left_out: leftOut }, notes: [] }),
      };
    },
  });
};
