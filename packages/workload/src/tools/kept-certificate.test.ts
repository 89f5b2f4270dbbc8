import { readFile } from 'node:fs/promises';
import type { Manifest } from '@aibrix/schema';
import { createPromptSource, loadTokenizer, type PromptSource } from '@aibrix/synthesis';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { constant } from '../constant/generate.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { inspectWorkload } from '../inspect/inspect-workload.js';
import { mixRequests } from '../mix/mix-requests.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { concatWorkloads } from './concat-workloads.js';
import { limitWorkload } from './limit-workload.js';
import { mergeWorkloads } from './merge-workloads.js';
import { readWorkload } from './read-workload.js';
import { sampleWorkload } from './sample-workload.js';
import { scaleWorkload } from './scale-workload.js';
import { shardWorkload } from './shard-workload.js';
import { sliceWorkload } from './slice-workload.js';
import { sortWorkload } from './sort-workload.js';

const folder = temporaryFolder();
let source: PromptSource;
beforeAll(async () => {
  source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
});

const NO_CACHE = 'what a prefix cache would find is not stated: aibrix workload inspect --verify counts it';
const models = [{ name: 'm', weight: 1 }];

const make = async (name: string, options: { seed?: number; withText?: boolean } = {}) => {
  const path = folder.path(name);
  const workload = constant(
    { targetQps: 20, durationMs: 5000, lengthMode: 'exact', targetPromptTokens: 8, ...options },
    { source },
  );
  return { path, manifest: await writeWorkloadFile(path, workload) };
};
const written = (workload: GeneratedWorkload): Promise<Manifest> =>
  writeWorkloadFile(folder.path('result.jsonl'), workload);

describe('the arrivals that a manifest names', () => {
  test.for([
    ['mix', (file) => mixRequests(file, { models })],
    ['limit that is not reached', (file) => limitWorkload(file, { maxRequests: 10_000 })],
    ['scale of lengths', (file) => scaleWorkload(file, { outputLengths: 2 })],
    ['one on another', (file) => mixRequests(scaleWorkload(file, {}), { models })],
    ['reading alone', (file) => file],
  ] as [string, (file: GeneratedWorkload) => GeneratedWorkload][])('are tested again by %s', async ([, tool]) => {
    const { path, manifest } = await make('made.jsonl');
    const result = await written(tool(readWorkload(path)));
    expect(result.statistics.arrivals).toEqual(manifest.statistics.arrivals);
    expect(result.statistics.arrivals).toMatchObject({ process: 'poisson', ks_p_value: expect.any(Number) });
    expect((await inspectWorkload(folder.path('result.jsonl'))).manifest).toMatchObject({ differences: [] });
  });

  test('are tested on the part that a limit takes, and by a sort of what is in order', async () => {
    const { path, manifest } = await make('made.jsonl');
    const limited = await written(limitWorkload(readWorkload(path), { maxRequests: 10 }));
    expect(limited.statistics.arrivals).toMatchObject({ process: 'poisson', gaps: 9 });
    expect((await written(sortWorkload(path))).statistics.arrivals).toEqual(manifest.statistics.arrivals);
  });

  test.for([
    ['scale of times', (file) => scaleWorkload(file(), { rate: 2 })],
    ['slice', (file) => sliceWorkload(file(), { fromMs: 1 })],
    ['sample', (file) => sampleWorkload(file(), { share: 0.9 })],
    ['shard', (file) => shardWorkload(file(), { shard: 0, shards: 2 })],
    ['merge', (file) => mergeWorkloads([file(), file()])],
    ['concat', (file) => concatWorkloads([file(), file()])],
  ] as [string, (file: () => GeneratedWorkload) => GeneratedWorkload][])(
    'go where times change: %s',
    async ([, tool]) => {
      const { path } = await make('made.jsonl');
      expect((await written(tool(() => readWorkload(path)))).statistics).not.toHaveProperty('arrivals');
    },
  );

  test('go where the manifest is of another content, which is known at the end', async () => {
    const { path } = await make('made.jsonl');
    const text = await readFile(path, 'utf8');
    await folder.write('made.jsonl', text.replace('"output_length"', '"output_lengths"'));
    const { statistics, notes } = await written(mixRequests(readWorkload(path), { models }));
    expect(statistics).not.toHaveProperty('arrivals');
    expect(notes).toEqual([`the manifest beside ${path} is of another content, and was not used`]);
  });

  test('go where they cannot be used', async () => {
    const { path, manifest } = await make('made.jsonl');
    for (const arrivals of [{ process: 'poisson' }, { ...(manifest.statistics.arrivals as object), rate: null }]) {
      const statistics = { ...manifest.statistics, arrivals };
      await folder.write('made.jsonl.manifest.json', JSON.stringify({ ...manifest, statistics }));
      expect((await written(mixRequests(readWorkload(path), { models }))).statistics).not.toHaveProperty('arrivals');
    }
  });
});

describe('what a prefix cache would find', () => {
  test('is said not to be stated, once, by each tool on a file that states it', async () => {
    const { path } = await make('made.jsonl');
    const { path: other } = await make('other.jsonl', { seed: 1 });
    const file = () => readWorkload(path);
    const workloads = [
      mixRequests(file(), { models }),
      limitWorkload(file(), { maxRequests: 3 }),
      scaleWorkload(sliceWorkload(file()), { time: 2 }),
      sampleWorkload(file(), { share: 0.5 }),
      shardWorkload(file(), { shard: 0, shards: 2 }),
      sortWorkload(path),
      mergeWorkloads([file(), readWorkload(other)]),
      concatWorkloads([sliceWorkload(file()), readWorkload(other)]),
    ];
    for (const workload of workloads) {
      const { notes, statistics } = await written(workload);
      expect(statistics).not.toHaveProperty('ideal_prefix_cache');
      expect(notes.filter((note) => note.includes('prefix cache'))).toEqual([NO_CACHE]);
    }
  });

  test('is not missed without text, or without a manifest that states it', async () => {
    const { path: planned } = await make('planned.jsonl', { withText: false });
    const { path } = await make('made.jsonl');
    const bare = await folder.write('bare.jsonl', await readFile(path, 'utf8'));
    for (const one of [planned, bare]) {
      expect((await written(mixRequests(readWorkload(one), { models }))).notes).not.toContain(NO_CACHE);
    }
  });
});

describe('inputs made with the same seed', () => {
  const sameSeed = (notes: readonly string[]): string[] => notes.filter((note) => note.includes('same seed'));

  test('are named, whatever was done to them', async () => {
    const [a, b, c] = await Promise.all([
      make('a.jsonl', { seed: 1 }),
      make('b.jsonl', { seed: 1 }),
      make('c.jsonl', { seed: 2 }),
    ]);
    const inputs = (paths: { path: string }[]) => paths.map(({ path }) => readWorkload(path));
    const note = `inputs made with the same seed may hold the same prompts: ${a.path}, ${b.path}`;
    expect(sameSeed((await written(mergeWorkloads(inputs([a, b, c])))).notes)).toEqual([note]);
    expect(sameSeed((await written(concatWorkloads(inputs([c, a, b])))).notes)).toEqual([note]);
    expect(sameSeed((await written(concatWorkloads(inputs([a, c])))).notes)).toEqual([]);
    const shaped = sliceWorkload(readWorkload(b.path), { toMs: 1000 });
    expect(sameSeed((await written(concatWorkloads([readWorkload(a.path), shaped]))).notes)).toEqual([
      `inputs made with the same seed may hold the same prompts: ${a.path}, slice`,
    ]);
    await writeWorkloadFile(folder.path('shaped.jsonl'), shaped);
    const again = concatWorkloads([readWorkload(folder.path('shaped.jsonl')), readWorkload(a.path)]);
    expect(sameSeed((await written(again)).notes)).toHaveLength(1);
  });

  test('are not named without text that a source made', async () => {
    const [a, b] = await Promise.all([make('a.jsonl', { withText: false }), make('b.jsonl', { withText: false })]);
    const { notes } = await written(mergeWorkloads([readWorkload(a.path), readWorkload(b.path)]));
    expect(sameSeed(notes)).toEqual([]);
  });
});
