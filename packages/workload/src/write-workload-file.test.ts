import { readdir, readFile } from 'node:fs/promises';
import { sha256OfFile } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import { manifestSchema, type WorkloadEntry, workloadEntrySchema } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, test } from 'vitest';
import { collect } from '../test/collect.js';
import { jsonl, temporaryFolder } from '../test/temporary-folder.js';
import { constant } from './constant/generate.js';
import type { GeneratedWorkload } from './generated-workload.js';
import { openPromptPool } from './pool/prompt-pool.js';
import { VERSION } from './version.js';
import { writeWorkloadFile } from './write-workload-file.js';

const folder = temporaryFolder();

const workloadOf = (entries: WorkloadEntry[]): GeneratedWorkload => ({
  origin: { generator: 'custom', options: {}, seed: 0 },
  async *[Symbol.asyncIterator]() {
    yield* entries;
  },
});

describe('writeWorkloadFile', () => {
  test('writes entries that the schema accepts, and a manifest of what they are', async () => {
    const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
    const options = {
      seed: 3,
      targetQps: 20,
      lengthMode: 'exact',
      targetPromptTokens: 30,
      targetCompletionTokens: 9,
    } as const;
    const path = folder.path('workload.jsonl');
    const manifest = await writeWorkloadFile(path, constant(options, { source }));
    const entries = await collect(readJsonl(path, { schema: workloadEntrySchema }));
    expect(manifestSchema.parse(JSON.parse(await readFile(`${path}.manifest.json`, 'utf8')))).toEqual(manifest);
    expect(manifest).toMatchObject({
      kind: 'workload',
      generator: 'constant',
      generator_version: VERSION,
      options: { targetQps: 20, durationMs: 10_000, arrivals: 'poisson' },
      seed: 3,
      tokenizer: source.tokenizer,
      sha256: await sha256OfFile(path),
      records: entries.length,
      notes: [],
    });
    expect(manifest.statistics).toMatchObject({
      requests: entries.length,
      duration_ms: entries.at(-1)?.timestamp,
      prompt_tokens: { requests: entries.length, total: 30 * entries.length, mean: 30, p50: 30, p99: 30, max: 30 },
      output_tokens: { total: 9 * entries.length },
    });
    const again = await writeWorkloadFile(folder.path('again.jsonl'), constant(options, { source }));
    expect(again).toEqual(manifest);
  });

  test('names the dataset that prompts were chosen from, by its content', async () => {
    const dataset = await folder.write('dataset.jsonl', jsonl([{ prompt: 'p', token_count: 1 }]));
    const pool = await openPromptPool(dataset);
    const manifest = await writeWorkloadFile(folder.path('chosen.jsonl'), constant({ targetQps: 5 }, { pool }));
    await pool.close();
    expect(manifest.options.dataset).toEqual({ name: dataset, sha256: await sha256OfFile(dataset) });
  });

  test('computes rate and variation of gaps as stated', async () => {
    const at = (timestamp: number, count = 1): WorkloadEntry => ({ timestamp, requests: Array(count).fill({}) });
    const manifest = await writeWorkloadFile(folder.path('gaps.jsonl'), workloadOf([at(1000), at(2000, 2), at(4000)]));
    // Gaps 1000, 0, 2000: mean 1000, standard deviation 1000.
    expect(manifest.statistics).toMatchObject({ requests: 4, duration_ms: 4000, mean_rate_rps: 1, interarrival_cv: 1 });
    expect(manifest.statistics.prompt_tokens).toEqual({
      requests: 0,
      total: null,
      mean: null,
      min: null,
      p50: null,
      p90: null,
      p99: null,
      max: null,
    });
  });

  test.for([0, 1, 2])('states no rate for %i requests at one moment', async (count) => {
    const entry = { timestamp: 5, requests: Array(count).fill({}) };
    const manifest = await writeWorkloadFile(folder.path('moment.jsonl'), workloadOf([entry]));
    expect(manifest.statistics).toMatchObject({
      requests: count,
      duration_ms: count === 0 ? null : 5,
      mean_rate_rps: null,
      interarrival_cv: null,
    });
  });

  test.for(['a.json', 'a.json.gz', 'a.JSON.zst'])(
    'refuses the name %s, which says that it holds one value',
    async (name) => {
      let isRead = false;
      const workload: GeneratedWorkload = {
        ...workloadOf([]),
        async *[Symbol.asyncIterator]() {
          isRead = true;
          yield { timestamp: 0, requests: [] };
        },
      };
      const path = folder.path(`none/${name}`);
      await expect(writeWorkloadFile(path, workload)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(path),
        hint: `Name it ${path.replace(/json/i, 'jsonl')}.`,
      });
      expect(isRead).toBe(false);
      await expect(readdir(folder.path('none'))).rejects.toThrow();
    },
  );

  test('takes .json within a name', async () => {
    await writeWorkloadFile(folder.path('a.json.jsonl'), workloadOf([]));
  });

  test('leaves nothing under the final name when the workload fails', async () => {
    const failing: GeneratedWorkload = {
      ...workloadOf([]),
      async *[Symbol.asyncIterator]() {
        yield { timestamp: 0, requests: [] };
        throw new Error('no more');
      },
    };
    await expect(writeWorkloadFile(folder.path('failing.jsonl'), failing)).rejects.toThrow('no more');
    expect((await readdir(folder.path('.'))).filter((name) => name.includes('failing'))).toEqual([]);
  });
});
