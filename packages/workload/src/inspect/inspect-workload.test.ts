import { readFile, writeFile } from 'node:fs/promises';
import type { Manifest } from '@aibrix/schema';
import {
  createChatFrame,
  createChatTemplate,
  createPromptSource,
  loadTokenizer,
  type PromptSource,
  type Tokenizer,
} from '@aibrix/synthesis';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { agent } from '../agent/generate.js';
import type { PromptEncoder } from '../cache-figures/request-cache.js';
import { constant } from '../constant/generate.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { datasetRecords } from '../schedule/dataset-records.js';
import { scheduleRecords } from '../schedule/schedule-records.js';
import { synthetic } from '../synthetic/generate.js';
import { mooncake } from '../trace-kinds/mooncake.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { inspectWorkload, type WorkloadInspection } from './inspect-workload.js';

const folder = temporaryFolder();
let tokenizer: Tokenizer;
let source: PromptSource;
beforeAll(async () => {
  tokenizer = await loadTokenizer('o200k_base');
  source = createPromptSource(tokenizer, { seed: 0 });
});

const PLAIN = [
  { prompt: `${'The same beginning of many words, again and again. '.repeat(8)}One end.` },
  { prompt: `${'The same beginning of many words, again and again. '.repeat(8)}Another end.` },
  { prompt: 'Something else.', completion: 'An answer.' },
];
const SESSIONS = Array.from({ length: 3 }, (_, session) => ({
  session_id: `s${session}`,
  system: session === 0 ? 'You are brief.' : undefined,
  prompts: ['How do engines cache prefixes of prompts?', 'And what of the answers?', 'Thank you for all of that.'],
  completions: ['They keep blocks of sixteen tokens each, by their content and what is before.', 'Those too.'],
}));

const TRACE = [
  { timestamp: 0, input_length: 700, output_length: 5, hash_ids: [0, 1] },
  { timestamp: 10, input_length: 1024, output_length: 5, hash_ids: [0, 2] },
];

interface Case {
  make(): Promise<{ workload: GeneratedWorkload; close?: () => Promise<void> }>;
  encoder?: () => PromptEncoder;
}

const poolCase = (records: object[], options: Parameters<typeof constant>[0]): Case => ({
  async make() {
    const path = await folder.write('dataset.jsonl', jsonl(records));
    const pool = await openPromptPool(path, { tokenizer });
    return { workload: constant(options, { pool, tokenizer }), close: () => pool.close() };
  },
});

const frameOf = () =>
  createChatFrame(
    tokenizer,
    createChatTemplate(
      '{% for m in messages %}A chat with some words before. ## {{ m.role }}\n{{ m.content }} {% endfor %}##',
    ),
  );

const CASES: Record<string, Case> = {
  'prompts of a dataset, some again': poolCase(PLAIN, { targetQps: 20, durationMs: 2000 }),
  'prompts of a dataset by length': poolCase(PLAIN, { targetQps: 20, durationMs: 2000, targetPromptTokens: 80 }),
  'sessions of a dataset, started again': poolCase(SESSIONS, {
    targetQps: 20,
    durationMs: 2000,
    arrivals: 'gamma',
    burstiness: 0.5,
  }),
  'prompts made to length': {
    make: async () => ({
      workload: constant(
        {
          targetQps: 20,
          durationMs: 3000,
          arrivals: 'constant',
          lengthMode: 'exact',
          targetPromptTokens: 90,
          targetPromptTokensStd: 40,
        },
        { source },
      ),
    }),
  },
  'prompts made to length with a chat template': {
    make: async () => ({
      workload: constant(
        { targetQps: 20, durationMs: 2000, lengthMode: 'exact', targetPromptTokens: 60 },
        { source: createPromptSource(tokenizer, { seed: 0, chat: frameOf() }) },
      ),
    }),
    encoder: () => {
      const frame = frameOf();
      return {
        encode: (text) => tokenizer.encode(text),
        encodeWhole: (prompt) => frame.encode([{ role: 'user', content: prompt }]),
      };
    },
  },
  'a pattern with Weibull gaps': {
    make: async () => ({
      workload: synthetic(
        {
          durationMs: 5000,
          arrivals: 'weibull',
          burstiness: 0.7,
          lengthMode: 'exact',
          promptLength: { mean: 40, fluctuate: 20 },
          outputLength: null,
        },
        { source },
      ),
    }),
  },
  'a Mooncake trace': {
    make: async () => ({
      workload: mooncake({ tracePath: await folder.write('trace.jsonl', jsonl(TRACE)) }, { source }),
    }),
  },
  'an agent': { make: async () => ({ workload: agent({ numSessions: 4, sharedPromptTokens: 100 }, { source }) }) },
  'a schedule of sessions': {
    async make() {
      const records = datasetRecords(await folder.write('sessions.jsonl', jsonl(SESSIONS)));
      const thinkTime = { kind: 'exponential', mean_ms: 500 } as const;
      return { workload: scheduleRecords(records, { recordsPerSecond: 2, thinkTime }, { tokenizer }) };
    },
  },
};

const write = async ({ make }: Case, name: string): Promise<{ path: string; manifest: Manifest }> => {
  const { workload, close } = await make();
  const path = folder.path(name);
  const manifest = await writeWorkloadFile(path, workload);
  await close?.();
  return { path, manifest };
};

describe('the certificate of a workload', () => {
  it.each(Object.entries(CASES))('is what is found in the file: %s', async (_, one) => {
    for (const name of ['workload.jsonl', 'workload.jsonl.gz']) {
      const { path, manifest } = await write(one, name);
      const inspection = await inspectWorkload(path, { tokenizer: one.encoder?.() ?? tokenizer });
      expect(inspection.manifest).toMatchObject({ sha256_matches: true, differences: [], unchecked: [] });
      expect(inspection.statistics.ideal_prefix_cache).toEqual(manifest.statistics.ideal_prefix_cache);
      expect(inspection.statistics.requests).toBeGreaterThan(1);
      expect(inspection.prompt_lengths?.different).toBe(0);
    }
  });

  it('tells an altered workload from the one that was certified', async () => {
    const { path } = await write(CASES['prompts made to length'] as Case, 'altered.jsonl');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const entry = JSON.parse(lines[3] ?? '') as { requests: { prompt: string }[] };
    (entry.requests[0] as { prompt: string }).prompt += ' Three more words.';
    lines[3] = JSON.stringify(entry);
    await writeFile(path, `${lines.slice(0, -1).join('\n')}\n`);
    const inspection = await inspectWorkload(path, { tokenizer });
    expect(inspection.manifest?.sha256_matches).toBe(false);
    const differing = inspection.manifest?.differences.map(({ figure }) => figure);
    expect(differing).toEqual(
      expect.arrayContaining(['records', 'bytes', 'statistics.requests', 'statistics.prompt_tokens.total']),
    );
    expect(inspection.prompt_lengths).toMatchObject({
      different: 1,
      largest_difference_tokens: 4,
      first_difference: { line: 4, id: '3-0' },
    });
  });

  it('finds arrivals that are not of the process that is named', async () => {
    const { path } = await write(CASES['prompts made to length'] as Case, 'uneven.jsonl');
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const moved = lines.map((line, index) =>
      line.replace(/"timestamp":[\d.]+/, `"timestamp":${index * 50 + (index % 2) * 7}`),
    );
    await writeFile(path, `${moved.join('\n')}\n`);
    const { statistics } = await inspectWorkload(path);
    expect(statistics.arrivals).toMatchObject({ process: 'constant', largest_deviation_ms: 7 });
  });

  it('finds every figure of it that is changed or left out', async () => {
    const { path, manifest } = await write(CASES['an agent'] as Case, 'forged.jsonl');
    const figures = (value: unknown, at: string[]): string[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => figures(inner, [...at, name]))
        : typeof value === 'number'
          ? [at]
          : [];
    // What a file does not tell is not of the certificate: options, seed and rate are what was asked for.
    const all = figures(manifest.statistics, ['statistics']).filter((at) => at[2] !== 'rate');
    expect(all.length).toBeGreaterThan(30);
    const forged = async (change: (holder: Record<string, unknown>, name: string) => void, at: string[]) => {
      const copy = structuredClone(manifest) as unknown as Record<string, unknown>;
      const holder = at.slice(0, -1).reduce((inner, name) => inner[name] as Record<string, unknown>, copy);
      change(holder, at.at(-1) as string);
      await writeFile(`${path}.manifest.json`, JSON.stringify(copy));
      return (await inspectWorkload(path, { tokenizer })).manifest?.differences.map(({ figure }) => figure);
    };
    for (const at of all) {
      const changed = await forged((holder, name) => {
        holder[name] = (holder[name] as number) + 1;
      }, at);
      expect(changed, at.join('.')).toContain(at.join('.'));
      // Sessions and events are not stated by every maker.
      if (at.length === 2 && ['sessions', 'events'].includes(at[1] ?? '')) continue;
      const removed = await forged((holder, name) => {
        delete holder[name];
      }, at);
      expect(removed, at.join('.')).toContain(at.join('.'));
    }
  });

  it('takes a process that makes no sense for a broken manifest', async () => {
    const { path, manifest } = await write(CASES['an agent'] as Case, 'senseless.jsonl');
    const statistics = {
      ...manifest.statistics,
      arrivals: { of: 'requests', process: 'poisson', rate: { kind: 'x' } },
    };
    await writeFile(`${path}.manifest.json`, JSON.stringify({ ...manifest, statistics }));
    expect((await inspectWorkload(path)).manifest?.problem).toMatch(/^statistics\.arrivals\.rate/);
  });

  it('says what it did not look at', async () => {
    const { path } = await write(CASES['a Mooncake trace'] as Case, 'unchecked.jsonl');
    const { manifest, prompt_lengths } = await inspectWorkload(path);
    expect(manifest).toMatchObject({
      sha256_matches: true,
      differences: [],
      unchecked: ['statistics.ideal_prefix_cache'],
      untold: ['statistics.target_prompt_tokens', 'statistics.target_output_tokens', 'statistics.trace_blocks'],
    });
    expect(prompt_lengths).toBeNull();
  });
});

describe('inspectWorkload', () => {
  const inspect = async (entries: object[]): Promise<WorkloadInspection> =>
    inspectWorkload(await folder.write('plain.jsonl', jsonl(entries)), { tokenizer });

  it('needs no manifest, and counts what stands beside requests', async () => {
    const inspection = await inspect([
      { timestamp: 0, requests: [{ prompt: 'a', model: 'base', user: 'u' }, { prompt_length: 5 }] },
      { timestamp: 1500, requests: [], events: [{ node_type: 'tool' }] },
      { timestamp: 2000, requests: [{ messages: [{ role: 'user', content: 'b' }], model: 'lora', session_id: 7 }] },
    ]);
    expect(inspection).toMatchObject({
      entries: 3,
      statistics: { requests: 3, duration_ms: 2000, prompt_tokens: { requests: 1, total: 5 }, events: 1, sessions: 1 },
      without_text: 1,
      models: [
        { name: 'base', requests: 1 },
        { name: 'lora', requests: 1 },
      ],
      users: [{ name: 'u', requests: 1 }],
      untold_models: 0,
      untold_users: 0,
      manifest: null,
      series: { sessions_total: 1 },
    });
  });

  it('refuses what is no workload, with its place', async () => {
    await expect(inspect([{ timestamp: 0, requests: [] }, { prompt: 'a' }])).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('plain.jsonl:2'),
    });
    await expect(
      inspect([
        { timestamp: 5, requests: [] },
        { timestamp: 4, requests: [] },
      ]),
    ).rejects.toMatchObject({ message: expect.stringMatching(/plain\.jsonl:2.*before that of the entry before/) });
    await expect(inspectWorkload(folder.path('none.jsonl'))).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('takes a broken manifest for a finding', async () => {
    await folder.write('broken.jsonl', jsonl([{ timestamp: 0, requests: [{ prompt: 'a' }] }]));
    const path = await folder.write('broken.jsonl.manifest.json', '{"kind": ');
    const { manifest } = await inspectWorkload(folder.path('broken.jsonl'));
    expect(manifest).toMatchObject({ path, problem: 'not valid JSON', sha256_matches: null });
  });
});
