import { sha256OfFile } from '@aibrix/core/files';
import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEntries, inputOf } from '../../test/arbitrary-workload.js';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { concatWorkloads } from './concat-workloads.js';
import { readWorkload } from './read-workload.js';

const folder = temporaryFolder();

const at = (timestamp: number, ...prompts: string[]): WorkloadEntry => ({
  timestamp,
  requests: prompts.map((prompt) => ({ prompt })),
});
const microseconds = (timeMs: number): number => Math.round(timeMs * 1000);
const isFilled = (entry: WorkloadEntry & { events?: unknown[] }): boolean =>
  entry.requests.length > 0 || (entry.events?.length ?? 0) > 0;

describe('concatWorkloads', () => {
  test('shifts each input by the last time so far, and by the gap', async () => {
    const inputs = () => [
      inputOf([at(1, 'a'), at(10, 'b')]),
      inputOf([at(0, 'c'), at(5.5, 'd')]),
      inputOf([]),
      inputOf([at(2, 'e')]),
    ];
    const times = async (gapMs?: number) =>
      (await collect(concatWorkloads(inputs(), { gapMs }))).map(({ timestamp }) => timestamp);
    expect(await times()).toEqual([1, 10, 10, 15.5, 17.5]);
    expect(await times(100)).toEqual([1, 10, 110, 115.5, 217.5]);
    const workload = concatWorkloads(inputs());
    await collect(workload);
    expect(workload.findings?.().statistics.shifts_ms).toEqual([0, 10, null, 15.5]);
  });

  test('counts the time of an empty entry at the end of an input, and leaves the entry out', async () => {
    const workload = concatWorkloads([inputOf([at(1, 'a'), at(60)]), inputOf([at(1, 'b')])]);
    expect((await collect(workload)).map(({ timestamp }) => timestamp)).toEqual([1, 61]);
    expect(workload.findings?.()).toMatchObject({
      statistics: { inputs: [{ entries: 2, requests: 1, empty_entries: 1, last_timestamp: 60 }, { empty_entries: 0 }] },
      notes: expect.arrayContaining(['entries without requests and events, which are left out: 1']),
    });
  });

  test('keeps ids, parents and sessions of its inputs apart, and those of events with them', async () => {
    const first = [
      { timestamp: 0, requests: [] },
      {
        timestamp: 0,
        requests: [
          { session_id: 7, agent: { task_id: 't' } },
          { id: 'x', session_id: 7, parents: ['1-0'] },
        ],
        events: [{ session_id: 7, task_id: 't', parent_ids: ['n'] }, { node_id: 'n' }, null],
        schema_version: 'v1',
      },
    ] as WorkloadEntry[];
    const second = [{ timestamp: 0, requests: [{ id: 'x', session_id: '7', tags: { a: 1 } }, {}] }];
    const workload = concatWorkloads([inputOf(first), inputOf(second)]);
    expect(await collect(workload)).toEqual([
      {
        timestamp: 0,
        requests: [
          { id: '0-1-0', session_id: '0-7', agent: { task_id: 't' } },
          { id: '0-x', session_id: '0-7', parents: ['0-1-0'] },
        ],
        events: [{ session_id: '0-7', task_id: 't', parent_ids: ['n'] }, { node_id: 'n' }, null],
        schema_version: 'v1',
      },
      { timestamp: 0, requests: [{ id: '1-x', session_id: '1-7', tags: { a: 1 } }, { id: '1-0-1' }] },
    ]);
    expect(workload.findings?.().notes).toEqual([
      'requests whose id is now <input>-<id>, inputs counted from 0: 4',
      'requests whose session_id is now <input>-<session_id>: 3',
      'entries without requests and events, which are left out: 1',
    ]);
    expect(first[1]?.requests[0]).not.toHaveProperty('id');
  });

  test('loses nothing and keeps every gap within an input', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryEntries, { minLength: 1, maxLength: 4 }), fc.nat(9), async (inputs, gapMs) => {
        const entries = await collect(concatWorkloads(inputs.map(inputOf), { gapMs }));
        const expected: [number, string | undefined][] = [];
        let end: number | undefined;
        for (const input of inputs) {
          const shift = end === undefined ? 0 : end + gapMs * 1000;
          for (const { timestamp, requests } of input) {
            end = microseconds(timestamp) + shift;
            for (const { prompt } of requests) expected.push([end, prompt ?? undefined]);
          }
        }
        expect(
          entries.flatMap(({ timestamp, requests }) =>
            requests.map(({ prompt }) => [microseconds(timestamp), prompt ?? undefined]),
          ),
        ).toEqual(expected);
        expect(entries).toHaveLength(inputs.flat().filter(isFilled).length);
        const ids = entries.flatMap(({ requests }) => requests.map(({ id }) => id));
        expect(new Set(ids).size).toBe(expected.length);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('says in its manifest what was put together', async () => {
    const paths = await Promise.all(
      ['a', 'b'].map((name) => folder.write(`${name}.jsonl`, jsonl([at(3, name), at(4.25, name)]))),
    );
    const target = folder.path('ab.jsonl');
    const manifest = await writeWorkloadFile(target, concatWorkloads(paths.map((path) => readWorkload(path))));
    expect(manifest).toMatchObject({
      generator: 'concat',
      seed: null,
      options: {
        gapMs: 0,
        inputs: await Promise.all(
          paths.map(async (path) => ({
            generator: 'file',
            options: { path, sha256: await sha256OfFile(path) },
            seed: null,
          })),
        ),
      },
      records: 4,
      statistics: {
        requests: 4,
        duration_ms: 8.5,
        inputs: paths.map((name) => ({ name, entries: 2, requests: 2, empty_entries: 0, last_timestamp: 4.25 })),
      },
    });
    const again = await writeWorkloadFile(target, concatWorkloads(paths.map((path) => readWorkload(path))));
    expect(again).toEqual(manifest);
  });

  test('takes over a tokenizer that its inputs share, and notes when they do not', async () => {
    const counted = (name: string | undefined) => ({
      ...inputOf([at(0, 'a')]),
      origin: {
        generator: 'mine',
        options: {},
        seed: 0,
        ...(name && { tokenizer: { name, sha256: name } }),
      },
    });
    expect(concatWorkloads([counted('t'), counted('t')]).origin.tokenizer).toEqual({ name: 't', sha256: 't' });
    const mixed = concatWorkloads([counted('t'), counted('u'), counted(undefined)]);
    expect(mixed.origin.tokenizer).toBeUndefined();
    expect(mixed.findings?.().notes).toEqual([
      'lengths of the inputs were counted with different tokenizers: t, u, not stated',
    ]);
  });

  test('passes on what its inputs found', async () => {
    const found = { statistics: { sessions: 2 }, notes: ['a note'] };
    const input = { ...inputOf([at(0, 'a')]), findings: () => found };
    const one = concatWorkloads([input]);
    await collect(one);
    expect(one.findings?.()).toMatchObject({
      statistics: { inputs: [{ statistics: { sessions: 2 } }] },
      notes: expect.arrayContaining(['a note']),
    });
    expect(concatWorkloads([input, inputOf([])]).findings?.().notes).toContain('input 0: a note');
  });

  test('refuses no input, a gap that is none, stdin twice, and an input that goes back', async () => {
    expect(() => concatWorkloads([])).toThrow('concat: at least one input is needed');
    expect(() => concatWorkloads([inputOf([])], { gapMs: -1 })).toThrow('concat: gapMs: must not be negative');
    expect(() => concatWorkloads([readWorkload('-'), readWorkload('-')])).toThrow('stdin can be only one');
    await expect(collect(concatWorkloads([inputOf([at(2, 'a'), at(1, 'b')])]))).rejects.toMatchObject({
      code: 'input',
      message: '<stream>: timestamp 1 of entry 1 is before that of the entry before it (2)',
    });
  });

  test('leaves no file when an input is wrong', async () => {
    const good = await folder.write('good.jsonl', jsonl([at(0, 'a')]));
    const bad = await folder.write('bad.jsonl', '{"timestamp":0}\n');
    const target = folder.path('none.jsonl');
    const workload = concatWorkloads([readWorkload(good), readWorkload(bad)]);
    await expect(writeWorkloadFile(target, workload)).rejects.toThrow('bad.jsonl:1: requests');
    await expect(sha256OfFile(target)).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
