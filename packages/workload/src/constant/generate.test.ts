import { createHash } from 'node:crypto';
import { SCHEMA_VERSION } from '@aibrix/schema';
import { createPromptSource, loadTokenizer, type PromptSource } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool, type PromptPool } from '../pool/prompt-pool.js';
import { constant } from './generate.js';
import type { ConstantOptions } from './options.js';

const folder = temporaryFolder();
let source: PromptSource;
let plain: PromptPool;
let sessions: PromptPool;
beforeAll(async () => {
  source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
  const prompts = Array.from({ length: 50 }, (_, index) => ({ prompt: `p${index}`, token_count: 10 + index }));
  plain = await openPromptPool(await folder.write('plain.jsonl', jsonl(prompts)));
  const conversations = Array.from({ length: 20 }, (_, id) => ({
    session_id: id,
    prompts: ['a', 'b', 'c'],
    prompt_lengths: [5, 6, 7],
  }));
  sessions = await openPromptPool(await folder.write('sessions.jsonl', jsonl(conversations)));
  return async () => {
    await plain.close();
    await sessions.close();
  };
});

const sha256Of = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

const EXACT: ConstantOptions = { lengthMode: 'exact', targetPromptTokens: 20 };

describe('constant', () => {
  test('has an entry for each arrival, at its own time, within the duration', async () => {
    const entries = await collect(constant({ targetQps: 20, durationMs: 60_000 }, { pool: plain }));
    expect(entries.every(({ requests }) => requests.length === 1)).toBe(true);
    const times = entries.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(60_000);
    expect(times.every((time) => Math.round(time * 1000) / 1000 === time)).toBe(true);
    // Poisson with a mean of 1200: four standard deviations.
    expect(Math.abs(entries.length - 1200)).toBeLessThan(4 * Math.sqrt(1200));
  });

  test('has equal gaps from 0 on with constant arrivals', async () => {
    const workload = constant({ ...EXACT, targetQps: 8, durationMs: 1000, arrivals: 'constant' }, { source });
    const times = (await collect(workload)).map(({ timestamp }) => timestamp);
    expect(times).toEqual([0, 125, 250, 375, 500, 625, 750, 875]);
  });

  test('notes prompts of which the dataset states another length than their tokenizer counts', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const { name, sha256 } = tokenizer;
    const records = ['one two three', 'four', 'five six'].map((prompt) => ({ prompt, token_count: 3 }));
    const path = await folder.write('stated.jsonl', jsonl(records));
    const manifest = {
      ...{
        schema_version: SCHEMA_VERSION,
        kind: 'dataset',
        generator: 'my-tool',
        generator_version: '2',
        options: {},
        seed: null,
      },
      tokenizer: { name, sha256 },
      sha256: createHash('sha256').update(jsonl(records)).digest('hex'),
      ...{ records: 3, bytes: jsonl(records).length, statistics: {}, notes: [] },
    };
    await folder.write('stated.jsonl.manifest.json', JSON.stringify(manifest));
    const pool = await openPromptPool(path);
    const workload = constant({ targetQps: 1, durationMs: 6000, arrivals: 'constant' }, { pool, tokenizer });
    await collect(workload);
    expect(workload.findings?.().notes).toContain('prompts whose stated length is not what their tokenizer counts: 2');
    await pool.close();
  });

  test('makes prompts of exactly the drawn lengths, as another tokenizer implementation counts them', async () => {
    const entries = await collect(
      constant({ ...EXACT, targetQps: 30, targetPromptTokens: 60, targetPromptTokensStd: 30 }, { source }),
    );
    const requests = entries.flatMap((entry) => entry.requests);
    expect(new Set(requests.map(({ prompt_length }) => prompt_length)).size).toBeGreaterThan(20);
    for (const { prompt, prompt_length } of requests) expect(encode(prompt ?? '')).toHaveLength(prompt_length ?? -1);
  });

  test('draws output lengths with their standard deviation, never below 1', async () => {
    const options = { ...EXACT, targetQps: 100, durationMs: 50_000, targetCompletionTokens: 100 };
    const draw = async (targetCompletionTokensStd: number) =>
      (await collect(constant({ ...options, targetCompletionTokensStd }, { source }))).map(
        ({ requests }) => requests[0]?.output_length ?? 0,
      );
    expect(new Set(await draw(0))).toEqual(new Set([100]));
    const lengths = await draw(20);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    // About 5,000 draws: four standard errors are 4 · 20/√5000.
    expect(Math.abs(mean - 100)).toBeLessThan(1.14);
    expect(Math.min(...(await draw(100)))).toBe(1);
  });

  test('matches prompts within ±50 % of the target', async () => {
    const entries = await collect(constant({ targetQps: 50, targetPromptTokens: 20 }, { pool: plain }));
    const lengths = entries.map(({ requests }) => requests[0]?.prompt_length ?? 0);
    expect(Math.min(...lengths)).toBe(10);
    expect(Math.max(...lengths)).toBe(30);
  });

  test('keeps two sessions open by default', async () => {
    const workload = constant({ targetQps: 6, arrivals: 'constant' }, { pool: sessions });
    const entries = await collect(workload);
    expect(entries).toHaveLength(60);
    expect(new Set(entries.slice(0, 4).map(({ requests }) => requests[0]?.session_id))).toEqual(new Set([0, 1]));
    expect(workload.findings?.()).toEqual({ statistics: { sessions: 20 }, notes: [] });
  });

  test('gives the same entries each time it is iterated', async () => {
    const workload = constant({ targetQps: 50, targetPromptTokens: 20, targetPromptTokensStd: 5 }, { pool: plain });
    const first = await collect(workload);
    expect(await collect(workload)).toEqual(first);
    const other = constant(
      { seed: 1, targetQps: 50, targetPromptTokens: 20, targetPromptTokensStd: 5 },
      { pool: plain },
    );
    expect(await collect(other)).not.toEqual(first);
  });

  test('keeps arrivals when lengths are drawn otherwise', async () => {
    const times = async (options: ConstantOptions) =>
      (await collect(constant({ ...EXACT, ...options }, { source }))).map(({ timestamp }) => timestamp);
    expect(await times({ targetPromptTokensStd: 5, targetCompletionTokens: 3 })).toEqual(await times({}));
  });

  test('keeps times, lengths and choices from version to version', async () => {
    const lengths = { targetPromptTokens: 25, targetPromptTokensStd: 8, targetCompletionTokens: 9 };
    const matched = await collect(constant({ targetQps: 50, ...lengths }, { pool: plain }));
    expect(matched.slice(0, 2)).toMatchInlineSnapshot(`
      [
        {
          "requests": [
            {
              "output_length": 9,
              "prompt": "p31",
              "prompt_length": 41,
            },
          ],
          "timestamp": 5.95,
        },
        {
          "requests": [
            {
              "output_length": 9,
              "prompt": "p9",
              "prompt_length": 19,
            },
          ],
          "timestamp": 20.923,
        },
      ]
    `);
    expect(sha256Of(matched)).toMatchInlineSnapshot(
      `"ce035940d8932574769cd557d8367062f05dd28b51917033a1630d0644afe8fb"`,
    );
    const unmatched = await collect(constant({ targetQps: 50 }, { pool: plain }));
    expect(sha256Of(unmatched)).toMatchInlineSnapshot(
      `"9a66520fc652fd5e34f0f3ac6bb03c75e2f166ad75ede9fd6360ef6644e2ef39"`,
    );
    const conversations = await collect(constant({ targetQps: 50 }, { pool: sessions }));
    expect(sha256Of(conversations)).toMatchInlineSnapshot(
      `"1065922036006fe92b25e40d4e53c7e43806ff9d87de84607e39d5be4511a6a7"`,
    );
  });

  test('says when no request falls into the duration', async () => {
    const workload = constant({ ...EXACT, targetQps: 0.001, durationMs: 10 }, { source });
    expect(await collect(workload)).toEqual([]);
    expect(workload.findings?.().notes).toEqual([
      'the workload is empty: at this rate no request falls into the duration',
    ]);
  });

  test('names every problem of its options, and what is missing', () => {
    expect(() => constant({ targetQps: 0, durationMs: -1, arrivals: 'gaussian' as 'poisson' }, {})).toThrowError(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(/arrivals.*targetQps.*durationMs/) }),
    );
    expect(() => constant({ lengthMode: 'exact' }, { source })).toThrow(
      'constant: targetPromptTokens: is needed with lengthMode exact',
    );
    expect(() => constant({}, { source })).toThrow('lengthMode match needs a dataset');
    expect(() => constant(EXACT, { pool: plain })).toThrow('lengthMode exact needs a prompt source');
  });
});
