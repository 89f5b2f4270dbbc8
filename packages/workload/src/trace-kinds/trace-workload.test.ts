import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { sampleWorkload } from '../tools/sample-workload.js';
import { shardWorkload } from '../tools/shard-workload.js';
import { azureTrace } from '../trace/azure-trace.js';
import { limitTrace } from '../trace/limit-trace.js';
import type { TraceReader, TraceRow } from '../trace/trace-reader.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { azure } from './azure.js';
import { burstGpt, burstGptWorkloadOptionsSchema } from './burst-gpt.js';
import { mooncake } from './mooncake.js';
import { qwenBailian } from './qwen-bailian.js';
import { replayResults, replayResultsOptionsSchema } from './replay-results.js';
import { serveGen } from './serve-gen.js';
import { traceWorkload } from './trace-workload.js';

const folder = temporaryFolder();
const PLANNED = { lengthMode: 'exact', withText: false } as const;
const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const requestsOf = (entries: readonly WorkloadEntry[]): WorkloadRequest[] =>
  entries.flatMap(({ requests }) => requests);

const AZURE = `TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:15:46.68,374,44
2023-11-16 18:15:47.68,12,0
2023-11-16 18:15:48.68,879,55
`;
const readerOf = (rows: readonly Partial<TraceRow>[], more: Partial<TraceReader> = {}): TraceReader => ({
  name: 'my log',
  async *[Symbol.asyncIterator]() {
    for (const row of rows) yield { timeMs: 0, inputTokens: 10, outputTokens: 1, ...row };
  },
  ...more,
});

describe('rows of a reader of your own', () => {
  test.for([
    [{ inputTokens: Number.NaN, outputTokens: -2 }, {}, 'my log:2: inputTokens is NaN'],
    [{ outputTokens: -2 }, { timeScale: 2, sampleShare: 1 }, 'my log:2: outputTokens is -2'],
    [{ blocks: [0, 1, 2] }, {}, 'my log:2: 3 blocks are more than inputTokens 10 needs'],
    [{ timeMs: Number.POSITIVE_INFINITY }, { dequantize: true }, 'my log:2: timeMs is Infinity'],
  ] as const)('are refused where they cannot be used: %j, with %j', async ([bad, options, message]) => {
    const reader = readerOf([{}, bad], { blockTokens: 5 });
    await expect(collect(traceWorkload(reader, { ...PLANNED, ...options }, {}))).rejects.toMatchObject({
      code: 'input',
      message,
    });
  });

  test.for([
    [{ timeMs: 5e6 }, { timeScale: 1e6 }, "my log: a row's time, in ms, is 5000000000000 when scaled"],
    [{ inputTokens: 1e9 }, { inputScale: 1000 }, "my log: a row's number of input tokens is 1000000000000 when scaled"],
    [{ outputTokens: 1e9 }, { outputScale: 3 }, "my log: a row's number of output tokens is 3000000000 when scaled"],
  ] as const)('are refused where scaling makes them impossible: %j, with %j', async ([row, options, message]) => {
    await expect(collect(traceWorkload(readerOf([{}, row]), { ...PLANNED, ...options }, {}))).rejects.toMatchObject({
      code: 'input',
      message,
      hint: expect.stringContaining('scale by less'),
    });
  });

  test('may be out of order where they are to be sorted', async () => {
    const rows = [{ timeMs: 9 }, { timeMs: 4 }];
    await expect(collect(traceWorkload(readerOf(rows), PLANNED, {}))).rejects.toThrow('my log:2: timeMs 4 is earlier');
    const sorted = await collect(traceWorkload(readerOf(rows), { ...PLANNED, sort: true }, {}));
    expect(sorted.map(({ timestamp }) => timestamp)).toEqual([4, 9]);
  });

  test('leave their tags and what identifies the trace in the workload', async () => {
    const reader = readerOf([{ tags: { route: 'chat' } }, {}], { identity: () => ({ table: 'log@7' }) });
    const workload = traceWorkload(reader, PLANNED, {});
    expect(requestsOf(await collect(workload)).map(({ tags }) => tags)).toEqual([{ route: 'chat' }, undefined]);
    expect(workload.origin.options).toMatchObject({ trace: 'my log', table: 'log@7' });
  });
});

describe('the manifest of a trace', () => {
  const shaOf = async (workload: Parameters<typeof writeWorkloadFile>[1]) =>
    (await writeWorkloadFile(folder.path('workload.jsonl'), workload)).options.traceSha256;

  test('identifies the content that was read', async () => {
    const tracePath = await folder.write('trace.csv', AZURE);
    const workload = azure({ ...PLANNED, tracePath }, {});
    expect(workload.origin.options.traceSha256).toBeNull();
    expect(await shaOf(workload)).toBe(sha256Of(AZURE));
    const changed = await folder.write('other.csv', AZURE.replace('879', '880'));
    expect(await shaOf(azure({ ...PLANNED, tracePath: changed }, {}))).not.toBe(sha256Of(AZURE));
  });

  test.for([{ durationMs: 500 }, { maxRequests: 1 }, { sort: true }, { timeScale: 2, durationMs: 500, sort: true }])(
    'identifies the whole file with %j too',
    async (options) => {
      // The lines after the first ones are not read for the workload.
      const content = AZURE + '2023-11-17 18:15:48.68,879,55\n'.repeat(40_000);
      const tracePath = await folder.write('long.csv', content);
      expect(await shaOf(azure({ ...PLANNED, ...options, tracePath }, {}))).toBe(sha256Of(content));
    },
  );

  test('hashes the content before compression', async () => {
    const tracePath = folder.path('trace.csv.gz');
    await writeFile(tracePath, gzipSync(AZURE));
    expect(await shaOf(azure({ ...PLANNED, tracePath }, {}))).toBe(sha256Of(AZURE));
  });

  test('keeps it through shaping of your own', async () => {
    const reader = limitTrace(azureTrace(await folder.write('trace.csv', AZURE)), { maxRequests: 1 });
    expect(await shaOf(traceWorkload(reader, PLANNED, {}))).toBe(sha256Of(AZURE));
  });
});

describe('tags', () => {
  test('say what a trace says of its requests', async () => {
    const chat = { chat_id: 1, parent_chat_id: -1, timestamp: 0, input_length: 4, output_length: 1, hash_ids: [0] };
    const qwen = await folder.write(
      'qwen.jsonl',
      jsonl([
        { ...chat, type: 'text', turn: 1 },
        { ...chat, chat_id: 2 },
      ]),
    );
    const first = requestsOf(await collect(qwenBailian({ ...PLANNED, tracePath: qwen }, {})));
    expect(first.map((request) => ('tags' in request ? request.tags : 'none'))).toEqual([
      { type: 'text', turn: 1 },
      'none',
    ]);
    const burst = await folder.write(
      'burst.csv',
      'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,API log\n',
    );
    expect(requestsOf(await collect(burstGpt({ ...PLANNED, tracePath: burst }, {})))).toEqual([
      { prompt_length: 472, output_length: 18, tags: { log_type: 'API log' } },
    ]);
    const trace = await folder.write('chunk-4-trace.csv', '0,1,1,Gamma,1,1\n600,0,0,,0,0\n');
    await folder.write('chunk-4-dataset.json', '{"0": {"input_tokens": "{7: 1}", "output_tokens": "{8: 1}"}}');
    const drawn = requestsOf(await collect(serveGen({ ...PLANNED, paths: [trace] }, {})));
    expect(drawn.length).toBeGreaterThan(400);
    expect(drawn.every(({ tags }) => tags?.client === 'chunk-4')).toBe(true);
  });
});

describe('keepParents', () => {
  /** Forty chats of three turns each, one turn after another. */
  const CHATS = 40;
  const chats = Array.from({ length: 3 * CHATS }, (_, place) => ({
    chat_id: place,
    parent_chat_id: place < CHATS ? -1 : place - CHATS,
    timestamp: place,
    input_length: 4,
    output_length: 1,
    hash_ids: [0],
  }));
  const write = () => folder.write('chats.jsonl', jsonl(chats));
  const replay = async () => qwenBailian({ ...PLANNED, tracePath: await write(), keepParents: true }, {});

  test('names each request, the one it goes on from, and the chat', async () => {
    const requests = requestsOf(await collect(await replay()));
    const named = requests.map(({ id, parents, session_id }) => [id, parents, session_id]);
    expect(named[7]).toEqual(['7', [], 7]);
    expect(named[47]).toEqual(['47', ['7'], 7]);
    expect(named[87]).toEqual(['87', ['47'], 7]);
  });

  test('names none of it unless asked to, and of a trace that does not say who goes on from whom', async () => {
    const [first] = requestsOf(await collect(qwenBailian({ ...PLANNED, tracePath: await write() }, {})));
    expect(first).toEqual({ prompt_length: 4, output_length: 1 });
    const reader = readerOf([{ sessionId: 's' }]);
    const [loose] = requestsOf(await collect(traceWorkload(reader, { ...PLANNED, keepParents: true }, {})));
    expect(loose).toEqual({ prompt_length: 10, output_length: 1 });
  });

  test('gives the first request of a part of the trace an empty list', async () => {
    const options = { ...PLANNED, tracePath: await write(), keepParents: true, fromMs: 40_000 };
    const [first] = requestsOf(await collect(qwenBailian(options, {})));
    expect(first).toMatchObject({ id: '40', parents: [], session_id: 0 });
  });

  /** Sessions of the requests, after a look at whether each has all of its three requests. */
  const wholeChats = (entries: readonly WorkloadEntry[]): number => {
    const requests = requestsOf(entries);
    const bySession = Map.groupBy(requests, ({ session_id }) => session_id);
    for (const chat of bySession.values()) expect(chat).toHaveLength(3);
    const ids = new Set(requests.map(({ id }) => id));
    for (const { parents } of requests) expect(parents?.every((parent) => ids.has(parent))).toBe(true);
    return bySession.size;
  };

  test('lets shards keep chats whole', async () => {
    const counts = await Promise.all(
      [0, 1, 2].map(async (shard) => wholeChats(await collect(shardWorkload(await replay(), { shard, shards: 3 })))),
    );
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(CHATS);
  });

  test('lets a sample keep chats whole, of the workload and of the trace', async () => {
    const sampled = wholeChats(await collect(sampleWorkload(await replay(), { share: 0.5 })));
    expect(sampled).toBeGreaterThan(0);
    expect(sampled).toBeLessThan(CHATS);
    const options = { ...PLANNED, tracePath: await write(), keepParents: true, sampleShare: 0.5 };
    expect(wholeChats(await collect(qwenBailian(options, {})))).toBeLessThan(CHATS);
  });
});

describe('notes', () => {
  test('count rows that ask for no output tokens', async () => {
    const workload = azure({ ...PLANNED, tracePath: await folder.write('trace.csv', AZURE) }, {});
    await collect(workload);
    expect(workload.findings?.().notes).toEqual(['rows that ask for no output tokens: 1']);
    // A reading anew counts anew.
    await collect(workload, 1);
    expect(workload.findings?.().notes).toEqual([]);
  });

  test('say that blocks are not looked at where prompts are chosen from a dataset', async () => {
    const rows = [{ timestamp: 0, input_length: 600, output_length: 5, hash_ids: [0, 1] }];
    const tracePath = await folder.write('mooncake.jsonl', jsonl(rows));
    const pool = await openPromptPool(await folder.write('one.jsonl', jsonl([{ prompt: 'p', token_count: 600 }])));
    const workload = mooncake({ tracePath, lengthMode: 'match' }, { pool });
    await collect(workload);
    await pool.close();
    const note = 'the blocks that the trace names are not looked at: prompts are chosen by their lengths alone';
    expect(workload.findings?.().notes).toContain(note);
    const exact = mooncake({ tracePath, ...PLANNED }, {});
    await collect(exact);
    expect(exact.findings?.().notes).toEqual([]);
  });
});

test('a missing trace that can be downloaded comes with the flag that does it', async () => {
  const tracePath = folder.path('none');
  for (const [workload, flag] of [
    [azure({ ...PLANNED, tracePath }, {}), '--trace-type conv'],
    [mooncake({ ...PLANNED, tracePath }, {}), '--trace-type conversation'],
  ] as const) {
    await expect(collect(workload)).rejects.toMatchObject({
      code: 'file-not-found',
      hint: expect.stringContaining(flag),
    });
  }
});

describe('kinds with options of their own', () => {
  test('check them together with those of every trace', () => {
    expect(burstGptWorkloadOptionsSchema.parse({ tracePath: 'a' })).toMatchObject({ keepFailed: false, timeScale: 1 });
    expect(replayResultsOptionsSchema.parse({ tracePath: 'a', clock: 'start' })).toMatchObject({ clock: 'start' });
    expect(() =>
      burstGpt({ tracePath: '', keepFailed: 1 as unknown as boolean, rateScale: 2, timeScale: 2 }, {}),
    ).toThrow(/burstgpt: .*keepFailed: .*tracePath: must name a file/);
    expect(() => replayResults({ tracePath: 'a', clock: 'end' as 'start' }, {})).toThrow(/results: clock: /);
    expect(() => replayResults({ tracePath: 'a', rateScale: 2, timeScale: 2 }, {})).toThrow('results: rateScale: ');
    expect(() => burstGpt({ tracePath: 'a', clock: 'start' } as never, {})).toThrow('clock');
  });
});
