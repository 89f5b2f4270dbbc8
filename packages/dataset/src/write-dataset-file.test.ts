import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256OfFile } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import { type DatasetRecord, datasetRecordSchema, manifestSchema } from '@aibrix/schema';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect, testSource } from '../test/prompt-source.js';
import type { GeneratedDataset } from './generated-dataset.js';
import { syntheticMultiturn } from './synthetic-multiturn/generate.js';
import { syntheticShared } from './synthetic-shared/generate.js';
import { VERSION } from './version.js';
import { writeDatasetFile } from './write-dataset-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeDatasetFile', () => {
  test('writes records that the schema accepts, and a manifest of what they are', async () => {
    const source = await testSource();
    const path = join(folder, 'multi.jsonl');
    const manifest = await writeDatasetFile(path, syntheticMultiturn({ sessionsMean: 30, seed: 7 }, source));
    const records = await collect(readJsonl(path, { schema: datasetRecordSchema }));
    const prompts = records.flatMap((record) => ('prompts' in record ? record.prompts : []));
    expect(manifestSchema.parse(JSON.parse(await readFile(`${path}.manifest.json`, 'utf8')))).toEqual(manifest);
    expect(manifest).toMatchObject({
      kind: 'dataset',
      generator: 'synthetic_multiturn',
      generator_version: VERSION,
      seed: 7,
      tokenizer: source.tokenizer,
      sha256: await sha256OfFile(path),
      records: records.length,
      statistics: { sessions: records.length, prompts: prompts.length, prompt_tokens: { prompts: prompts.length } },
    });
    expect(manifest.options).toMatchObject({ sessionsMean: 30, turnsMean: 3.55 });
  });

  test('writes the same bytes twice, manifest included, and the same content compressed', async () => {
    const source = await testSource();
    const dataset = () => syntheticShared({ randomizeOrder: true }, source);
    const contents: string[] = [];
    for (const name of ['a.jsonl', 'b.jsonl']) {
      await writeDatasetFile(join(folder, name), dataset());
      contents.push(await readFile(join(folder, name), 'utf8'));
      contents.push(await readFile(join(folder, `${name}.manifest.json`), 'utf8'));
    }
    expect(contents.slice(0, 2)).toEqual(contents.slice(2));
    const compressed = await writeDatasetFile(join(folder, 'c.jsonl.gz'), dataset());
    expect(compressed.sha256).toBe(JSON.parse(contents[1] ?? '').sha256);
    expect(await readdir(folder)).toContain('c.jsonl.gz.manifest.json');
  });

  test('tells of each record as it passes', async () => {
    const seen: number[] = [];
    const dataset = syntheticMultiturn({ sessionsMean: 3, sessionsStd: 0 }, await testSource());
    await writeDatasetFile(join(folder, 'x.jsonl'), dataset, { onRecord: (records) => seen.push(records) });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('leaves nothing behind when the dataset fails or is aborted', async () => {
    const failing: GeneratedDataset = {
      origin: { generator: 'custom', options: {}, seed: 0 },
      async *[Symbol.asyncIterator](): AsyncGenerator<DatasetRecord> {
        yield { prompt: 'one' };
        throw new Error('no more');
      },
    };
    await expect(writeDatasetFile(join(folder, 'x.jsonl'), failing)).rejects.toThrow('no more');
    const aborted = writeDatasetFile(join(folder, 'y.jsonl'), syntheticMultiturn({}, await testSource()), {
      signal: AbortSignal.abort(new Error('stop')),
    });
    await expect(aborted).rejects.toThrow('stop');
    expect(await readdir(folder)).toEqual([]);
  });
});
