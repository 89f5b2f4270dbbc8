import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPromptSource, loadTokenizer, type PromptSource, type Tokenizer } from '@aibrix/synthesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agent } from '../src/agent/generate.js';
import { constant } from '../src/constant/generate.js';
import type { GeneratedWorkload } from '../src/generated-workload.js';
import { mixRequests } from '../src/mix/mix-requests.js';
import { zipfMix } from '../src/mix/zipf-mix.js';
import { openPromptPool, type PromptPool } from '../src/pool/prompt-pool.js';
import { datasetRecords } from '../src/schedule/dataset-records.js';
import { scheduleRecords } from '../src/schedule/schedule-records.js';
import { stat } from '../src/stat/generate.js';
import { synthetic } from '../src/synthetic/generate.js';
import { concatWorkloads } from '../src/tools/concat-workloads.js';
import { mergeWorkloads } from '../src/tools/merge-workloads.js';
import { readWorkload } from '../src/tools/read-workload.js';
import { scaleWorkload } from '../src/tools/scale-workload.js';
import { shardWorkload } from '../src/tools/shard-workload.js';
import { sliceWorkload } from '../src/tools/slice-workload.js';
import { azure } from '../src/trace-kinds/azure.js';
import { burstGpt } from '../src/trace-kinds/burst-gpt.js';
import { mooncake } from '../src/trace-kinds/mooncake.js';
import { qwenBailian } from '../src/trace-kinds/qwen-bailian.js';
import { replayResults } from '../src/trace-kinds/replay-results.js';
import { serveGen } from '../src/trace-kinds/serve-gen.js';
import { VERSION } from '../src/version.js';
import { writeWorkloadFile } from '../src/write-workload-file.js';

let folder: string;
let outside: string;
let tokenizer: Tokenizer;
let source: PromptSource;
let plain: PromptPool;
let sessions: PromptPool;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-golden-'));
  tokenizer = await loadTokenizer('o200k_base');
  source = createPromptSource(tokenizer, { seed: 0 });
  // Read where they are by a name without folders: manifests hold the path that was given.
  await cp(fileURLToPath(new URL('golden/sources/', import.meta.url)), folder, { recursive: true });
  // No table is kept under its own ending here: those are for data that is not ours.
  await rename(join(folder, 'serve-gen/chunk-0-trace.txt'), join(folder, 'serve-gen/chunk-0-trace.csv'));
  outside = process.cwd();
  process.chdir(folder);
  plain = await openPromptPool('plain.jsonl');
  sessions = await openPromptPool('sessions.jsonl');
});
afterAll(async () => {
  await Promise.all([plain.close(), sessions.close()]);
  process.chdir(outside);
  await rm(folder, { recursive: true });
});

const EXACT = { lengthMode: 'exact' } as const;

/** Small workloads of every kind; their bytes change with a major version only. */
const WORKLOADS: Record<string, () => GeneratedWorkload> = {
  constant: () =>
    constant(
      {
        ...EXACT,
        targetQps: 2,
        durationMs: 5000,
        targetPromptTokens: 20,
        targetPromptTokensStd: 8,
        targetCompletionTokens: 9,
      },
      { source },
    ),
  'constant-of-dataset': () =>
    constant({ targetQps: 2, durationMs: 4000, targetPromptTokens: 8 }, { pool: plain, tokenizer }),
  'constant-of-sessions': () =>
    constant({ targetQps: 2, durationMs: 4000, arrivals: 'gamma', burstiness: 0.5 }, { pool: sessions, tokenizer }),
  'constant-equal-gaps': () =>
    constant({ targetQps: 2, durationMs: 3000, arrivals: 'constant', withText: false, targetPromptTokens: 20 }, {}),
  synthetic: () =>
    synthetic(
      {
        ...EXACT,
        durationMs: 6000,
        traffic: { mean: 2, fluctuate: 1, noise: 0.1, periods: 2 },
        promptLength: { mean: 20, fluctuate: 10, noise: 0.1, only_rise: true },
        outputLength: 'low_fast',
      },
      { source },
    ),
  'synthetic-ramp': () =>
    synthetic(
      {
        withText: false,
        durationMs: 6000,
        arrivals: 'weibull',
        burstiness: 2,
        traffic: { kind: 'ramp', from_rps: 0, to_rps: 4, duration_ms: 6000 },
        promptLength: null,
        outputLength: null,
      },
      {},
    ),
  stat: () =>
    stat(
      {
        ...EXACT,
        trafficFile: 'traffic.txt',
        promptLenFile: 'prompt-lengths.txt',
        completionLenFile: 'output-lengths.txt',
      },
      { source },
    ),
  azure: () => azure({ ...EXACT, tracePath: 'azure.txt' }, { source }),
  mooncake: () => mooncake({ tracePath: 'mooncake.jsonl', dequantize: true }, { source }),
  'qwen-bailian': () => qwenBailian({ tracePath: 'qwen.jsonl', keepParents: true }, { source }),
  'burst-gpt': () => burstGpt({ ...EXACT, tracePath: 'burst-gpt.txt', keepModels: true }, { source }),
  'serve-gen': () => serveGen({ ...EXACT, folder: 'serve-gen', durationMs: 20_000 }, { source }),
  results: () => replayResults({ ...EXACT, tracePath: 'results.jsonl' }, { source }),
  agent: () =>
    agent(
      {
        numSessions: 2,
        turnsPerSession: [1, 2],
        initialPromptTokens: 20,
        retryProbability: 0.5,
        sharedPromptTokens: 8,
      },
      { source },
    ),
  sessions: () =>
    scheduleRecords(
      datasetRecords('sessions.jsonl'),
      { recordsPerSecond: 1, thinkTime: { kind: 'lognormal', median_ms: 2000, sigma: 0.5 } },
      { tokenizer },
    ),
  concat: () => concatWorkloads([readWorkload('one.jsonl'), readWorkload('two.jsonl')], { gapMs: 100 }),
  merge: () => mergeWorkloads([readWorkload('one.jsonl'), readWorkload('two.jsonl')]),
  shard: () => shardWorkload(readWorkload('one.jsonl'), { shard: 0, shards: 2 }),
  shape: () =>
    scaleWorkload(sliceWorkload(readWorkload('one.jsonl'), { fromMs: 1000 }), { time: 2, outputLengths: 0.5 }),
  mix: () =>
    mixRequests(readWorkload('one.jsonl'), {
      models: [
        { name: 'base', weight: 3 },
        { name: 'lora', weight: 1 },
      ],
      users: zipfMix({ count: 5, prefix: 'user-', exponent: 1 }),
    }),
};

describe.each(Object.entries(WORKLOADS))('%s', (name, create) => {
  test('gives the bytes that it always gave, and so does its manifest', async () => {
    const path = join(folder, `${name}.out.jsonl`);
    await writeWorkloadFile(path, create());
    await expect(await readFile(path, 'utf8')).toMatchFileSnapshot(`golden/${name}.jsonl`);
    const manifest = await readFile(`${path}.manifest.json`, 'utf8');
    await expect(manifest.replaceAll(`"${VERSION}"`, '"any"')).toMatchFileSnapshot(`golden/${name}.manifest.json`);
  });
});
