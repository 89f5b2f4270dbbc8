import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { SeededDataset } from '../src/generated-dataset.js';
import { syntheticMultiturn } from '../src/synthetic-multiturn/generate.js';
import { syntheticShared } from '../src/synthetic-shared/generate.js';
import { writeDatasetFile } from '../src/write-dataset-file.js';
import { testSource } from './prompt-source.js';

const OPTIONS = {
  syntheticMultiturn: { sessionsMean: 300, sharedPrefixTokens: 20, maxPromptTokens: 500 },
  syntheticShared: { randomizeOrder: true },
};

type Generator = keyof typeof OPTIONS;

const wholeOf = async (generator: Generator): Promise<SeededDataset> => {
  const source = await testSource();
  return generator === 'syntheticShared'
    ? syntheticShared(OPTIONS[generator], source)
    : syntheticMultiturn(OPTIONS[generator], source);
};

const partOf = (generator: Generator, part: number, parts: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('slice-worker.mjs', import.meta.url), {
      workerData: { generator, options: OPTIONS[generator], part, parts },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

describe.each(Object.keys(OPTIONS) as Generator[])('%s', (generator) => {
  test('gives the same SHA-256 from one thread and from any number of them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aibrix-threads-'));
    const { sha256 } = await writeDatasetFile(join(folder, 'whole.jsonl'), await wholeOf(generator));
    await rm(folder, { recursive: true });
    for (const parts of [1, 2, 5]) {
      const made = await Promise.all(Array.from({ length: parts }, (_, part) => partOf(generator, part, parts)));
      expect(createHash('sha256').update(made.join('')).digest('hex')).toBe(sha256);
    }
  }, 60_000);

  test('has slices of slices, and refuses those that are not there', async () => {
    const whole = await wholeOf(generator);
    const records = await Array.fromAsync(whole);
    expect(records).toHaveLength(whole.size);
    expect(await Array.fromAsync(whole.slice(10, 40).slice(5, 8))).toEqual(records.slice(15, 18));
    expect(await Array.fromAsync(whole.slice(whole.size))).toEqual([]);
    for (const [from, to] of [
      [-1, 2],
      [3, 2],
      [0, whole.size + 1],
      [0.5, 2],
    ] as const) {
      expect(() => whole.slice(from, to)).toThrow(expect.objectContaining({ code: 'usage' }));
    }
  });
});
