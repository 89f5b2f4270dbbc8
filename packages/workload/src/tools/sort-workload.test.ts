import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { sha256OfFile } from '@aibrix/core/files';
import { createRandom, shuffle } from '@aibrix/core/random';
import type { WorkloadEntry } from '@aibrix/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { mergeWorkloads } from './merge-workloads.js';
import { sortWorkload } from './sort-workload.js';

const folder = temporaryFolder();

/** Ten entries of each time, of lengths that differ, in a random order; the prompt says the place. */
const shuffled = (count: number): WorkloadEntry[] =>
  shuffle(
    Array.from({ length: count }, (_, index) => Math.floor(index / 10) / 2),
    createRandom(1, 'order'),
  ).map((timestamp, place) => ({ timestamp, requests: [{ prompt: `${place} ${'é}'.repeat(place % 40)}` }] }));

const inOrder = (entries: readonly WorkloadEntry[]): WorkloadEntry[] =>
  entries
    .map(({ timestamp, requests: [request] }, place) => ({ timestamp, requests: [{ ...request, id: `${place}-0` }] }))
    .toSorted((a, b) => a.timestamp - b.timestamp);

const before = process.env.TMPDIR;
beforeAll(async () => {
  process.env.TMPDIR = folder.path('temporary');
  await mkdir(folder.path('temporary'));
});
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});
const copies = () => readdir(folder.path('temporary'));

describe('sortWorkload', () => {
  const entries = shuffled(5000);

  test('puts entries in order of time; those of one time stay as they stand, and ids what they were', async () => {
    const path = await folder.write('mixed.jsonl', jsonl(entries));
    const workload = sortWorkload(path);
    expect(await collect(workload)).toEqual(inOrder(entries));
    let latest = 0;
    const late = entries.filter(({ timestamp }) => {
      latest = Math.max(latest, timestamp);
      return timestamp < latest;
    }).length;
    expect(workload.findings?.()).toEqual({
      statistics: { entries_out_of_order: late },
      notes: [
        expect.stringMatching(
          new RegExp(`^entries that stood after a later one, by up to \\d+(\\.5)? ms, .*: ${late}$`),
        ),
      ],
    });
    expect(workload.origin).toMatchObject({
      generator: 'sort',
      options: { path, sha256: await sha256OfFile(path) },
      seed: null,
    });
    expect(await collect(workload)).toHaveLength(5000);
  });

  test('leaves a file that is in order as it is', async () => {
    const ordered = entries.toSorted((a, b) => a.timestamp - b.timestamp);
    const workload = sortWorkload(await folder.write('ordered.jsonl', jsonl(ordered)));
    expect(await collect(workload)).toEqual(ordered);
    expect(workload.findings?.()).toEqual({ statistics: { entries_out_of_order: 0 }, notes: [] });
  });

  test('reads a JSON array, a compressed file and a pipe, and leaves no copy', async () => {
    const few = entries.slice(0, 300);
    const array = await folder.write('mixed.json', JSON.stringify(few, undefined, 2));
    expect(await collect(sortWorkload(array))).toEqual(inOrder(few));
    await writeFile(folder.path('mixed.jsonl.gz'), gzipSync(jsonl(few)));
    expect(await collect(sortWorkload(folder.path('mixed.jsonl.gz')))).toEqual(inOrder(few));
    const pipe = folder.path('pipe');
    execFileSync('mkfifo', [pipe]);
    const writing = pipeline([jsonl(few)], createWriteStream(pipe));
    expect(await collect(sortWorkload(pipe))).toEqual(inOrder(few));
    await writing;
    for await (const _ of sortWorkload(folder.path('mixed.jsonl.gz'))) {
      expect(await copies()).toHaveLength(1);
      break;
    }
    expect(await copies()).toEqual([]);
  });

  test('makes a file fit for the tools that need order', async () => {
    const path = await folder.write('back.jsonl', jsonl(shuffled(50)));
    const times = (await collect(mergeWorkloads([sortWorkload(path)]))).map(({ timestamp }) => timestamp);
    expect(times).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  test.for([
    [
      'a negative time',
      [
        { timestamp: 1, requests: [] },
        { timestamp: -1, requests: [] },
      ],
      /:2: timestamp: .*found -1/,
    ],
    ['an entry that is none', [{ timestamp: 1, requests: 5 }], /:1: requests: /],
  ] as const)('says where %s is, and leaves no copy', async ([, wrong, message]) => {
    const path = folder.path('wrong.jsonl.gz');
    await writeFile(path, gzipSync(jsonl([...wrong])));
    await expect(collect(sortWorkload(path))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(message),
    });
    expect(await copies()).toEqual([]);
  });

  test('says when the file changes while it is read', async () => {
    const path = await folder.write('changing.jsonl', jsonl(entries));
    const reading = sortWorkload(path)[Symbol.asyncIterator]();
    await reading.next();
    await writeFile(path, 'x'.repeat(1_000_000));
    await expect(collect({ [Symbol.asyncIterator]: () => reading })).rejects.toThrow('was changed while it was in use');
  });

  test('says when a file is missing or broken, and ends with its signal', async () => {
    await expect(collect(sortWorkload(folder.path('none')))).rejects.toMatchObject({ code: 'file-not-found' });
    const broken = await folder.write('broken.jsonl.gz', 'no gzip');
    await expect(collect(sortWorkload(broken))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('broken.jsonl.gz: cannot be put into a temporary file'),
    });
    const path = await folder.write('signal.jsonl', jsonl(entries));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(collect(sortWorkload(path, { signal }))).rejects.toThrow('enough');
    expect(await copies()).toEqual([]);
  });
});
