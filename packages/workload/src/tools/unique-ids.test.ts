import type { WorkloadEntry } from '@aibrix/schema';
import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { mixRequests } from '../mix/mix-requests.js';
import { concatWorkloads } from './concat-workloads.js';
import { limitWorkload } from './limit-workload.js';
import { mergeWorkloads } from './merge-workloads.js';
import { readWorkload } from './read-workload.js';
import { sampleWorkload } from './sample-workload.js';
import { scaleWorkload } from './scale-workload.js';
import { shardWorkload } from './shard-workload.js';
import { sliceWorkload } from './slice-workload.js';
import { sortWorkload } from './sort-workload.js';
import type { WorkloadInput } from './workload-input.js';

const folder = temporaryFolder();

const THRICE = [0, 1, 2].map((timestamp) => ({ timestamp, requests: [{ id: '1-0' }] }));
/** The second states the id that the first has by its place. */
const STATED_LATE = [
  { timestamp: 0, requests: [{}] },
  { timestamp: 1, requests: [{ id: '0-0' }] },
];
/** The third has by its place the id that the first states. */
const STATED_EARLY = [
  { timestamp: 0, requests: [{ id: '2-0' }] },
  { timestamp: 1, requests: [] },
  { timestamp: 2, requests: [{}] },
];

/** Tools that put something before ids, or state those of places. */
const MOVING: Record<string, (input: WorkloadInput) => AsyncIterable<WorkloadEntry>> = {
  concat: (input) => concatWorkloads([inputOf(STATED_EARLY.slice(0, 1)), input]),
  merge: (input) => mergeWorkloads([inputOf(STATED_EARLY.slice(0, 1)), input]),
  slice: (input) => sliceWorkload(input, { fromMs: 0.5 }),
  sample: (input) => sampleWorkload(input, { share: 1 }),
  shard: (input) => shardWorkload(input, { shard: 0, shards: 1 }),
};
/** Tools that state the ids of places only after an empty entry. */
const STAYING: Record<string, (input: WorkloadInput) => AsyncIterable<WorkloadEntry>> = {
  scale: (input) => scaleWorkload(input, { time: 2 }),
  limit: (input) => limitWorkload(input, { maxRequests: 9 }),
  mix: (input) => mixRequests(input, { models: [{ name: 'm', weight: 1 }] }),
};

describe.each(Object.entries({ ...MOVING, ...STAYING }))('%s', (name, tool) => {
  test.for([
    ['that is stated twice', THRICE, 2, '1-0'],
    ['by its place that another states before it', STATED_EARLY, 3, '2-0'],
    ...(name in MOVING ? ([['that another has by its place', STATED_LATE, 2, '0-0']] as const) : []),
  ] as const)('refuses an id %s, with its line', async ([, entries, line, id]) => {
    const path = await folder.write('twice.jsonl', `\n${jsonl([...entries])}`);
    await expect(collect(tool(readWorkload(path)))).rejects.toMatchObject({
      code: 'input',
      message: `${path}:${line + 1}: request 0 of entry ${line - 1} has the id "${id}", as one before it`,
      hint: expect.stringContaining('an id of its own'),
    });
    await expect(collect(tool(inputOf(entries)))).rejects.toThrow(
      `<stream>: request 0 of entry ${line - 1} has the id "${id}"`,
    );
  });

  test('takes ids that look like those of other places, and are not', async () => {
    const entries = [
      { timestamp: 0, requests: [{ id: '1-1' }, { id: '0-0' }] },
      { timestamp: 1, requests: [{}] },
    ];
    const found = (await collect(tool(inputOf(entries)))).flatMap(({ requests }) => requests);
    expect(found.length).toBeGreaterThan(0);
    const stated = found.flatMap(({ id }) => id ?? []);
    expect(new Set(stated).size).toBe(stated.length);
  });
});

test('sort refuses an id that is there twice, with the line it has in the file', async () => {
  const path = await folder.write('twice.jsonl', jsonl(THRICE.toReversed()));
  await expect(collect(sortWorkload(path))).rejects.toThrow(`${path}:2: request 0 of entry 1 has the id "1-0"`);
  const late = await folder.write('late.jsonl', jsonl([{ timestamp: 5, requests: [{ id: '1-0' }] }, ...STATED_LATE]));
  await expect(collect(sortWorkload(late))).rejects.toThrow(`${late}:2: request 0 of entry 1 has the id "1-0"`);
});

test('a tool on a tool still says where in the file', async () => {
  const path = await folder.write('twice.jsonl', jsonl(THRICE));
  const workload = scaleWorkload(sliceWorkload(readWorkload(path)), { time: 2 });
  await expect(collect(workload)).rejects.toThrow(`${path}:2: request 0 of entry 1`);
  expect(workload.location).toEqual({ file: path, line: 2 });
});

test('a generator whose ids follow from places has nothing to refuse, and what is stated stays unique', async () => {
  const entries = Array.from({ length: 3000 }, (_, timestamp) => ({ timestamp, requests: [{}, {}] }));
  const merged = await collect(mergeWorkloads([inputOf(entries), inputOf(entries)]));
  const again = await collect(concatWorkloads([inputOf(merged), inputOf(merged)]));
  const ids = again.flatMap(({ requests }) => requests.map(({ id }) => id));
  expect(new Set(ids).size).toBe(3000 * 2 * 2 * 2);
});
