import { readdir, readlink } from 'node:fs/promises';
import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { arbitraryEntries, inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { eventsOf } from './entry-events.js';
import { mergeWorkloads } from './merge-workloads.js';
import { readWorkload } from './read-workload.js';

const folder = temporaryFolder();

const at = (timestamp: number, ...prompts: string[]): WorkloadEntry => ({
  timestamp,
  requests: prompts.map((prompt) => ({ prompt })),
});
const sortedJson = (items: unknown[]): string[] => items.map((item) => JSON.stringify(item)).sort();

describe('mergeWorkloads', () => {
  test('puts inputs into one order of time, and joins what stands at one time, input by input', async () => {
    const workload = mergeWorkloads([inputOf([at(1, 'a'), at(3, 'b'), at(3, 'c')]), inputOf([at(0, 'd'), at(3, 'e')])]);
    const entries = await collect(workload);
    expect(
      entries.map(({ timestamp, requests }) => [timestamp, requests.map(({ id, prompt }) => [id, prompt])]),
    ).toEqual([
      [0, [['1-0-0', 'd']]],
      [1, [['0-0-0', 'a']]],
      [
        3,
        [
          ['0-1-0', 'b'],
          ['0-2-0', 'c'],
          ['1-1-0', 'e'],
        ],
      ],
    ]);
    expect(workload.findings?.()).toMatchObject({
      statistics: { joined_entries: 2, inputs: [{ requests: 3 }, { requests: 2 }] },
      notes: [
        'requests whose id is now <input>-<id>, inputs counted from 0: 5',
        'entries of the same time as another that were joined with it: 2',
      ],
    });
  });

  test('joins events, keeps other fields, and says where they differ', async () => {
    const entry = (fields: object): WorkloadEntry => ({ timestamp: 0, requests: [], ...fields });
    const workload = mergeWorkloads([
      inputOf([entry({ events: [{ node_id: 'a', session_id: 1 }], schema_version: 'v1', only_first: { x: 1 } })]),
      inputOf([entry({ requests: [{ prompt: 'p' }], schema_version: 'v2', only_second: [] })]),
      inputOf([entry({ events: [{ node_id: 'b', session_id: 1 }], schema_version: 'v3', only_first: { x: 1 } })]),
    ]);
    expect(await collect(workload)).toEqual([
      {
        timestamp: 0,
        requests: [{ id: '1-0-0', prompt: 'p' }],
        events: [
          { node_id: 'a', session_id: '0-1' },
          { node_id: 'b', session_id: '2-1' },
        ],
        schema_version: 'v1',
        only_first: { x: 1 },
        only_second: [],
      },
    ]);
    expect(workload.findings?.().notes).toContain(
      'joined entries that differ in "schema_version", which is that of the first: 2',
    );
  });

  test('is in order, loses nothing and changes no input, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryEntries, { minLength: 1, maxLength: 4 }), async (inputs) => {
        const before = JSON.stringify(inputs);
        const workload = mergeWorkloads(inputs.map(inputOf));
        const entries = await collect(workload);
        expect(JSON.stringify(inputs)).toBe(before);
        const times = entries.map(({ timestamp }) => timestamp);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));

        // Stable: by time, then by input, then as they stand.
        const expected = inputs
          .flatMap((input, file) =>
            input.flatMap(({ timestamp, requests }, number) =>
              requests.map((request, index) => ({ timestamp, file, number, index, request })),
            ),
          )
          .sort((a, b) => a.timestamp - b.timestamp || a.file - b.file || a.number - b.number || a.index - b.index)
          .map(({ timestamp, file, number, index, request }) => ({
            ...request,
            timestamp,
            id: `${file}-${number}-${index}`,
            session_id: request.session_id == null ? request.session_id : `${file}-${request.session_id}`,
          }));
        expect(
          entries.flatMap(({ timestamp, requests }) =>
            requests.map((request) => ({ ...request, timestamp, session_id: request.session_id })),
          ),
        ).toEqual(expected);

        const nodes = (all: WorkloadEntry[]): unknown[] =>
          all.flatMap((entry) =>
            eventsOf(entry).map((event) => [entry.timestamp, (event as { node_id: string }).node_id]),
          );
        expect(sortedJson(nodes(entries))).toEqual(sortedJson(nodes(inputs.flat())));
        expect(await collect(workload)).toEqual(entries);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('does not let an entry grow without bound when all times are the same', async () => {
    const requests = Array.from({ length: 30_000 }, (_, index) => at(0, `p${index}`));
    const workload = mergeWorkloads([inputOf(requests), inputOf(requests)]);
    const entries = await collect(workload);
    expect(Math.max(...entries.map((entry) => entry.requests.length))).toBe(4096);
    expect(entries.every(({ timestamp }) => timestamp === 0)).toBe(true);
    const ids = entries.flatMap((entry) => entry.requests.map(({ id }) => id));
    expect(ids).toEqual([0, 1].flatMap((file) => requests.map((_, number) => `${file}-${number}-0`)));
    expect(workload.findings?.().notes).toContain(
      'entries of the same time as another that were too large to join: 14',
    );

    const large = at(0, 'x'.repeat(3_000_000));
    expect(await collect(mergeWorkloads([inputOf([large, large, at(0, 'y')])]))).toHaveLength(2);
  });

  test.skipIf(process.platform !== 'linux')('closes its files when its reader stops', async () => {
    const many = Array.from({ length: 20_000 }, (_, timestamp) => at(timestamp, 'some text'));
    const paths = await Promise.all(['a', 'b'].map((name) => folder.write(`${name}.jsonl`, jsonl(many))));
    const open = async (): Promise<string[]> => {
      const descriptors = await readdir('/proc/self/fd');
      const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
      return targets.filter((target) => paths.includes(target)).sort();
    };
    for await (const _ of mergeWorkloads(paths.map((path) => readWorkload(path)))) {
      expect(await open()).toEqual(paths);
      break;
    }
    await vi.waitFor(async () => expect(await open()).toEqual([]));
  });

  test('fails with the place of what is wrong, and closes the other inputs', async () => {
    let isClosed = false;
    const endless = {
      async *[Symbol.asyncIterator]() {
        try {
          for (let timestamp = 0; ; timestamp++) yield at(timestamp, 'x');
        } finally {
          isClosed = true;
        }
      },
    };
    const path = await folder.write('back.jsonl', jsonl([at(0, 'a'), at(5, 'b'), at(4, 'c')]));
    await expect(collect(mergeWorkloads([endless, readWorkload(path)]))).rejects.toThrow('back.jsonl:3: timestamp 4');
    expect(isClosed).toBe(true);
  });

  test('refuses no input, and one object as two inputs', () => {
    expect(() => mergeWorkloads([])).toThrow('merge: at least one input is needed');
    const input = inputOf([]);
    expect(() => mergeWorkloads([input, input])).toThrow('merge: an input is there twice');
  });
});
