import type { RunRecord } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { simulatedResults, simulatedRunRecord } from '../../test/simulated-run.js';
import { shardNotes } from './shard-notes.js';

const whole = simulatedRunRecord(simulatedResults({ requests: 2 }));
const START = '2030-01-31T12:00:00.000Z';

const shard = (index: number, count: number, more: Partial<RunRecord> = {}): RunRecord => ({
  ...whole,
  start_wall_time: START,
  options: { ...whole.options, shard: { index, count } },
  ...more,
});

describe('shardNotes', () => {
  it('has nothing to say of whole runs, and of all shards of one', () => {
    expect(shardNotes([])).toEqual([]);
    expect(shardNotes([whole, whole])).toEqual([]);
    expect(shardNotes([shard(1, 3), shard(0, 3), shard(2, 3)])).toEqual([]);
  });

  it.each<[string, RunRecord[], string]>([
    [
      'shards that are missing',
      [shard(1, 4), shard(2, 4)],
      'This is a part of the run: of 4 shards, 0, 3 are not here.',
    ],
    ['a shard that is there twice', [shard(0, 2), shard(1, 2), shard(0, 2)], 'Of 2 shards, 0 are here more than once.'],
    [
      'other divisions',
      [shard(0, 2), shard(1, 3)],
      'The results are of shards that do not belong together: one of 2, 3 each.',
    ],
    ['whole runs among them', [shard(0, 1), whole], 'Some of the results are of shards, and some of whole runs.'],
    [
      'other workloads',
      [shard(0, 2, { workload: { sha256: 'a' } }), shard(1, 2, { workload: { sha256: 'b' } })],
      'The shards were cut from 2 different workloads.',
    ],
    [
      'other times',
      [shard(0, 2), shard(1, 2, { start_wall_time: '2030-01-31T12:00:03.000Z' })],
      'The shards did not begin together, but at 2030-01-31T12:00:00.000Z, 2030-01-31T12:00:03.000Z: give all of them one --start-at.',
    ],
  ])('tells of %s', (_, runs, note) => {
    expect(shardNotes(runs)).toEqual([note]);
  });
});
