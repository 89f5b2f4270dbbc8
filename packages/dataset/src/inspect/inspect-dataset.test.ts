import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sha256OfFile } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import type { PlainPrompt } from '@aibrix/schema';
import { loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, testSource } from '../../test/prompt-source.js';
import { syntheticMultiturn } from '../synthetic-multiturn/generate.js';
import { syntheticShared } from '../synthetic-shared/generate.js';
import { writeDatasetFile } from '../write-dataset-file.js';
import { inspectDataset } from './inspect-dataset.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer('o200k_base');
});
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-inspect-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (lines: readonly object[], name = 'd.jsonl'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
};

/** `n` words that are a token each, the `first` of them chosen by name. */
const words = (first: string, n: number): string => first + ' the'.repeat(n - 1);

describe('inspectDataset', () => {
  it('finds in a synthetic dataset what another tokenizer implementation finds, prompt by prompt', async () => {
    const path = join(folder, 'shared.jsonl');
    const mixes = [
      { promptTokensMean: 300, promptTokensStd: 40, sharedProportion: 0.6, samplesPerPrefix: 8, prefixes: 3 },
      { promptTokensMean: 120, promptTokensStd: 10, sharedProportion: 0.3, samplesPerPrefix: 1, prefixes: 2 },
    ];
    const dataset = syntheticShared({ mixes, randomizeOrder: true, seed: 4 }, await testSource());
    const manifest = await writeDatasetFile(path, dataset);
    const found = await inspectDataset(path, { tokenizer });

    const prompts = (await collect(readJsonl(path))) as PlainPrompt[];
    const tokens = prompts.map(({ prompt }) => encode(prompt));
    const lengths = tokens.map(({ length }) => length);
    const known = new Set<string>();
    let cached = 0;
    for (const ids of tokens) {
      for (let end = 16; end <= ids.length; end += 16) {
        const prefix = ids.slice(0, end).join(' ');
        if (known.has(prefix)) cached += 16;
        known.add(prefix);
      }
    }
    const total = lengths.reduce((sum, length) => sum + length, 0);
    expect(found).toMatchObject({
      records: 26,
      form: 'plain',
      prompts: 26,
      sessions: 0,
      turns: null,
      context_tokens: null,
      tokenizer: { name: 'o200k_base', sha256: tokenizer.sha256 },
      prompt_tokens: { count: 26, counted: 26, stated: 0, total, min: Math.min(...lengths), max: Math.max(...lengths) },
      output_tokens: { count: 0, unknown: 26, total: null },
      stated_lengths: {
        prompts: { compared: 26, equal: 26, different: 0, largest_difference_tokens: 0, first_difference: null },
        outputs: null,
      },
      ideal_prefix_cache: {
        block_tokens: 16,
        prompts: 26,
        prompt_tokens: total,
        cached_tokens: cached,
        hit_rate: cached / total,
        distinct_blocks: known.size,
        first_turns: null,
        with_answers_kept: null,
      },
      prefix_groups: { groups: 5, groups_compared: 3, prompts_compared: 24, prompts_left_out: 0 },
      duplicates: { prompts: { distinct: 26, repeated: 0 }, records: { distinct: 26, repeated: 0 } },
      manifest: { generator: 'synthetic_shared', seed: 4, sha256_matches: true, differences: [], problem: null },
      notes: [],
    });
    expect(cached).toBeGreaterThan(0.4 * total);
    expect(found).toMatchObject({ sha256: manifest.sha256, bytes: manifest.bytes });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('measures the sharing that the generator has put in', async () => {
    const path = join(folder, 'shared.jsonl');
    const mixes = [
      {
        promptTokensMean: 400,
        promptTokensStd: 50,
        sharedProportion: 0.7,
        sharedProportionStd: 0.1,
        samplesPerPrefix: 20,
        prefixes: 4,
      },
    ];
    const { statistics } = await writeDatasetFile(path, syntheticShared({ mixes }, await testSource()));
    const { prefix_groups } = await inspectDataset(path, { tokenizer });
    // Of each group one prompt has the longest shared part, and nobody to share the end of it with; and now and then
    // two own parts begin with the same token.
    const planned = statistics as { prefix_proportion: number; prefix_sharing_ratio: number };
    expect(Math.abs((prefix_groups?.prefix_proportion ?? 0) - planned.prefix_proportion)).toBeLessThan(0.01);
    expect(Math.abs((prefix_groups?.prefix_sharing_ratio ?? 0) - planned.prefix_sharing_ratio)).toBeLessThan(0.01);
  });

  it('takes each turn of a session for the conversation that a server sees', async () => {
    const system = words('System', 20);
    const [first, answer, second] = [words('First', 17), words('Answer', 30), words('Second', 9)];
    for (const text of [system, first, answer, second]) expect(encode(text)).toHaveLength(text.split(' ').length);
    const session = { prompts: [first, second], completions: [answer], system };
    const path = await write([
      { session_id: 'a', ...session, prompt_lengths: [17, 9], output_lengths: [30, 4] },
      { session_id: 'b', ...session, prompts: [words('Other', 17), second, second], completions: [] },
    ]);
    const found = await inspectDataset(path, { tokenizer });
    // Session a: 37 tokens, then 37 + 30 + 9 = 76. Session b: 37 with the system message's one full block in common,
    // then 46, then 55.
    expect(found).toMatchObject({
      form: 'session',
      sessions: 2,
      prompts: 5,
      answers: 1,
      turns: { count: 2, min: 2, max: 3, mean: 2.5 },
      prompt_tokens: { count: 5, total: 17 + 9 + 17 + 9 + 9 },
      output_tokens: { count: 2, total: 34, counted: 1, stated: 1, unknown: 3 },
      context_tokens: { count: 5, total: 37 + 76 + 37 + 46 + 55, max: 76 },
      stated_lengths: { prompts: { compared: 2, equal: 2 }, outputs: { compared: 1, equal: 1 } },
      ideal_prefix_cache: {
        prompts: 5,
        prompt_tokens: 251,
        cached_tokens: 0 + 32 + 16 + 32 + 32,
        first_turns: { prompts: 2, prompt_tokens: 74, cached_tokens: 16, hit_rate: 16 / 74 },
        // The first 67 tokens of a's second turn are there: four full blocks.
        with_answers_kept: { cached_tokens: 0 + 64 + 16 + 32 + 32, hit_rate: 144 / 251 },
        answers_left_out: 2,
      },
      prefix_groups: null,
      duplicates: { prompts: { distinct: 3, repeated: 2 }, records: { distinct: 2, repeated: 0 } },
      system_messages: { records: 2, distinct: 1, tokens: 40 },
      manifest: null,
      notes: ['turns whose history lacks an answer, for none is recorded: 2'],
    });
  });

  it('counts the text of messages, and says what of them is no text', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'x' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', content: 'A boat.' },
    ];
    const tokens = ['Be brief.', 'What is this?', 'A boat.'].reduce((sum, text) => sum + encode(text).length, 0);
    const path = await write([{ messages, completion: 'A boat.' }, { messages }, { prompt: 'What is this?' }]);
    const found = await inspectDataset(path, { tokenizer, blockTokens: 4 });
    expect(found).toMatchObject({
      form: 'mixed',
      forms: { plain: 1, session: 0, messages: 2 },
      prompts: 3,
      answers: 1,
      prompt_tokens: { count: 3, max: tokens, total: 2 * tokens + encode('What is this?').length },
      ideal_prefix_cache: { block_tokens: 4, cached_tokens: Math.floor(tokens / 4) * 4, first_turns: null },
      duplicates: { records: { distinct: 2, repeated: 1 } },
      system_messages: { records: 2, distinct: 1 },
      notes: ['content parts that are no text, their tokens not counted: 2'],
    });
  });

  it('tells where stated lengths first differ from counted ones, and by how much', async () => {
    const path = await write([
      { prompt: words('One', 5), token_count: 5 },
      { prompt: words('Two', 5), token_count: 7 },
      { prompt: words('Three', 5), token_count: 1 },
      { prompt: words('Four', 5) },
    ]);
    const { stated_lengths } = await inspectDataset(path, { tokenizer });
    expect(stated_lengths.prompts).toEqual({
      compared: 3,
      equal: 1,
      different: 2,
      mean_difference_tokens: -2 / 3,
      largest_difference_tokens: 4,
      first_difference: { line: 2, stated_tokens: 7, counted_tokens: 5 },
    });
  });

  it('takes lengths as stated where nothing counts, and says nothing of what only tokens tell', async () => {
    const path = await write([
      { prompt: 'a', token_count: 100, completion_tokens: 7, prefix_group: 0 },
      { prompt: 'b', token_count: 300, completion: 'c' },
      { prompt: 'a' },
    ]);
    expect(await inspectDataset(path)).toMatchObject({
      tokenizer: null,
      answers: 1,
      prompt_tokens: { count: 2, mean: 200, counted: 0, stated: 2, unknown: 1 },
      output_tokens: { count: 1, total: 7, counted: 0, stated: 1, unknown: 2 },
      stated_lengths: { prompts: null, outputs: null },
      ideal_prefix_cache: null,
      prefix_groups: null,
      context_tokens: null,
      duplicates: { prompts: { distinct: 2, repeated: 1 } },
      system_messages: { records: 0, distinct: 0, tokens: null },
    });
  });

  it('reads compressed files and one array, and finds the same', async () => {
    const plain = await write([{ prompt: 'one two' }, { prompt: 'three' }]);
    const bytes = await readFile(plain);
    const { file: _, ...expected } = await inspectDataset(plain, { tokenizer });
    for (const [name, content] of [
      ['d.jsonl.gz', gzipSync(bytes)],
      ['d.jsonl.zst', zstdCompressSync(bytes)],
    ] as const) {
      await writeFile(join(folder, name), content);
      const { file, ...found } = await inspectDataset(join(folder, name), { tokenizer });
      expect(file).toBe(join(folder, name));
      expect(found).toEqual(expected);
    }
    await writeFile(join(folder, 'd.json'), '[{"prompt":"one two"},\n{"prompt":"three"}]\n');
    const array = await inspectDataset(join(folder, 'd.json'), { tokenizer });
    expect(array).toMatchObject({ records: 2, prompt_tokens: expected.prompt_tokens });
    expect(array.sha256).toBe(await sha256OfFile(join(folder, 'd.json')));
  });

  it('has figures of a file without records', async () => {
    const found = await inspectDataset(await write([]), { tokenizer });
    expect(found).toMatchObject({
      records: 0,
      form: null,
      bytes: 0,
      prompt_tokens: { count: 0, mean: null, bins: [] },
    });
    expect(found.ideal_prefix_cache?.hit_rate).toBeNull();
  });

  it('notes sessions whose lists do not fit', async () => {
    const path = await write([
      { session_id: 1, prompts: ['a', 'b'], prompt_lengths: [1] },
      { session_id: 2, prompts: ['c'], completions: ['d', 'e'] },
      { session_id: 3, prompts: ['f', 'g'], completions: ['h'], prompt_lengths: [1, 1] },
    ]);
    const { notes } = await inspectDataset(path);
    expect(notes).toEqual(['sessions whose lists of lengths or answers do not fit their prompts: 2']);
  });

  it('tells of each record as it passes', async () => {
    const seen: number[] = [];
    await inspectDataset(await write([{ prompt: 'a' }, { prompt: 'b' }]), {
      onRecord: (records) => seen.push(records),
    });
    expect(seen).toEqual([1, 2]);
  });
});

describe('the manifest beside a file', () => {
  const written = async (): Promise<string> => {
    const path = join(folder, 'm.jsonl');
    await writeDatasetFile(path, syntheticMultiturn({ sessionsMean: 6, sessionsStd: 0 }, await testSource()));
    return path;
  };

  it('is told apart from that of a file that was changed since', async () => {
    const path = await written();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const whole = (await inspectDataset(path)).manifest;
    expect(whole).toMatchObject({ sha256_matches: true, differences: [], count_mode: 'prompt' });
    await writeFile(path, `${lines.slice(1).join('\n')}\n`);
    const changed = (await inspectDataset(path)).manifest;
    expect(changed?.sha256_matches).toBe(false);
    expect(changed?.differences).toContainEqual({ figure: 'records', stated: 6, found: 5 });
    expect(changed?.differences.map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['bytes', 'statistics.sessions', 'statistics.prompts', 'statistics.prompt_tokens.total']),
    );
  });

  it('may state less than there is to compare', async () => {
    const path = await written();
    const manifest = JSON.parse(await readFile(`${path}.manifest.json`, 'utf8'));
    await writeFile(`${path}.manifest.json`, JSON.stringify({ ...manifest, statistics: { prompts: 1, extra: 'x' } }));
    const { manifest: check } = await inspectDataset(path);
    expect(check?.sha256_matches).toBe(true);
    expect(check?.differences.map(({ figure }) => figure)).toEqual(['statistics.prompts']);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['is no JSON', () => '{"a"', /^not valid JSON$/],
    ['is null', () => 'null', /expected/i],
    [
      'is of another version',
      (text) => text.replace(/"schema_version": "[^"]*"/, '"schema_version": "99"'),
      /^schema_version: /,
    ],
    ['lacks a field', (text) => text.replace(/"sha256": "[0-9a-f]{64}",\s+"records"/, '"records"'), /^sha256: /],
  ])('is a finding and no failure where it %s', async (_, change, problem) => {
    const path = await written();
    const file = `${path}.manifest.json`;
    await writeFile(file, change(await readFile(file, 'utf8')));
    const { manifest } = await inspectDataset(path);
    expect(manifest).toMatchObject({ path: file, sha256_matches: null, differences: [] });
    expect(manifest?.problem).toMatch(problem);
  });
});

describe('what cannot be inspected', () => {
  it.each<[string, string, RegExp]>([
    ['a record of no form', '{"prompt":"a"}\n\n{"text":"b"}\n', /d\.jsonl:3: a dataset record needs "prompt"/],
    ['a wrong type', '{"prompt":"a"}\n{"prompt":5}\n', /d\.jsonl:2: prompt: .*\(found 5\)/],
    ['no JSON', 'prompt\n', /d\.jsonl:1: not valid JSON/],
    ['a workload', '{"timestamp":0,"requests":[]}\n', /d\.jsonl:1: a dataset record needs "prompt"/],
  ])('%s is an error with its place', async (_, content, message) => {
    const path = join(folder, 'd.jsonl');
    await writeFile(path, content);
    await expect(inspectDataset(path, { tokenizer })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(message),
    });
  });

  it('a missing file, a folder, and a file that is not compressed as its name says', async () => {
    await expect(inspectDataset(join(folder, 'none'))).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(inspectDataset(folder)).rejects.toMatchObject({ code: 'input' });
    await writeFile(join(folder, 'x.gz'), 'not gzip');
    await expect(inspectDataset(join(folder, 'x.gz'))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('x.gz: cannot be read'),
    });
  });

  it('options out of range', async () => {
    await expect(inspectDataset('x', { blockTokens: 0, tokeniser: 1 } as object)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/inspectDataset: .*blockTokens: must be at least 1 token.*tokeniser/),
    });
  });

  it('anything, once the caller has given up', async () => {
    const path = await write([{ prompt: 'a' }, { prompt: 'b' }]);
    const controller = new AbortController();
    const inspecting = inspectDataset(path, {
      signal: controller.signal,
      onRecord: () => controller.abort(new Error('enough')),
    });
    await expect(inspecting).rejects.toThrow('enough');
  });
});
