import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import { keptParts } from './kept-parts.js';
import { shardOf } from './shard-of.js';
import { transformWorkload } from './transform-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'shard';

/** Options of `shardWorkload`. */
export interface ShardOptions {
  /** Number of the wanted shard, from 0. */
  shard: number;
  /** How many shards there are. */
  shards: number;
}

/** Enough for any fleet. */
const MAX_SHARDS = 1_000_000;

/** Checks the options of `shardWorkload`. */
export const shardOptionsSchema: z.ZodType<ShardOptions, ShardOptions> = z
  .strictObject({
    shard: z.int('must be a whole number').min(0, 'must be at least 0'),
    shards: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(MAX_SHARDS, `must be at most ${MAX_SHARDS}`),
  })
  .refine(({ shard, shards }) => shard < shards, {
    path: ['shard'],
    message: 'must be below shards: it counts from 0',
  });

/**
 * One of `shards` parts of a workload that together are the whole, with times unchanged. Which one a request is in
 * follows from its session, and from its id where it has none (`shardOf`), so that sessions, and graphs within them, stay
 * whole. Requests state the ids that they have in the whole workload. Events go with their session; those without are in
 * shard 0.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; while it is read, `input` for a request that
 *   has parents and no session; whatever the input throws
 */
export const shardWorkload = (input: WorkloadInput, options: ShardOptions): GeneratedWorkload => {
  const { shard, shards } = parseOptions(shardOptionsSchema, options, GENERATOR);
  const keeper = { keeps: (key: string) => shardOf(key, shards) === shard, keepsLooseEvents: shard === 0 };
  return transformWorkload(input, {
    generator: GENERATOR,
    options: { shard, shards },
    leavesEntriesOut: true,
    keepsTimes: false,
    start() {
      let elsewhere = 0;
      return {
        apply(entry, number) {
          const kept = keptParts(entry, number, keeper);
          elsewhere += entry.requests.length - (kept?.requests.length ?? 0);
          return kept;
        },
        findings: () => ({ statistics: { requests_in_other_shards: elsewhere }, notes: [] }),
      };
    },
  });
};
