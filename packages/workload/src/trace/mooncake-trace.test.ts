import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { AZURE_CONVERSATION_TRACE, isMissing } from '../../test/shared-traces.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { mooncakeTrace } from './mooncake-trace.js';

const folder = temporaryFolder();
const row = (change: object = {}): object => ({
  timestamp: 27_482,
  input_length: 1100,
  output_length: 52,
  hash_ids: [46, 47, 2353],
  ...change,
});
const read = async (rows: object[]) => collect(mooncakeTrace(await folder.write('trace.jsonl', jsonl(rows))));

describe('mooncakeTrace', () => {
  test('gives times as stated, and the blocks by name', async () => {
    expect(await read([row(), row({ timestamp: 30_535.5, input_length: 1, hash_ids: [0] })])).toEqual([
      { timeMs: 27_482, inputTokens: 1100, outputTokens: 52, blocks: [46, 47, 2353] },
      { timeMs: 30_535.5, inputTokens: 1, outputTokens: 52, blocks: [0] },
    ]);
    expect(mooncakeTrace('x').blockTokens).toBe(512);
  });

  test('takes a last block that is full, and one of a single token', async () => {
    expect(await read([row({ input_length: 1536 }), row({ input_length: 1025 })])).toHaveLength(2);
  });

  test('reads a compressed file, and reads again', async () => {
    const path = folder.path('trace.jsonl.gz');
    await writeFile(path, gzipSync(jsonl([row(), row()])));
    const reader = mooncakeTrace(path);
    expect(await collect(reader)).toHaveLength(2);
    expect(await collect(reader)).toHaveLength(2);
  });

  test.for([
    [row({ input_length: 1537 }), '3 hash_ids do not fit an input_length of 1537'],
    [row({ input_length: 1024 }), '3 hash_ids do not fit an input_length of 1024'],
    [row({ hash_ids: [] }), '0 hash_ids do not fit an input_length of 1100'],
    [row({ hash_ids: undefined }), 'hash_ids are missing'],
    [row({ hash_ids: [1, -2, 3] }), 'hash_ids hold -2'],
    [row({ hash_ids: [1, '2', 3] }), 'hash_ids hold "2"'],
    [row({ timestamp: -1 }), 'timestamp is -1'],
    [row({ timestamp: '27482' }), 'timestamp is "27482"'],
    [row({ timestamp: Number.NaN }), 'timestamp is null'],
    [row({ timestamp: 27_481 }), 'timestamp 27481 is earlier than the row before'],
    [row({ input_length: 0, hash_ids: [] }), 'input_length is 0'],
    [row({ input_length: undefined }), 'input_length is missing'],
    [row({ output_length: 1.5 }), 'output_length is 1.5'],
    [[1, 2], 'the row is [1,2]'],
  ] as const)('refuses row %j', async ([bad, message]) => {
    await expect(read([row(), bad])).rejects.toMatchObject({
      code: 'input',
      message: `${folder.path('trace.jsonl')}:2: ${message}`,
      hint: expect.any(String),
    });
  });

  test('says where to get a trace that is missing', async () => {
    await expect(collect(mooncakeTrace(folder.path('missing.jsonl')))).rejects.toMatchObject({
      code: 'file-not-found',
      hint: expect.stringContaining('kvcache-ai/Mooncake'),
    });
  });

  test.skipIf(isMissing(AZURE_CONVERSATION_TRACE))('reads the whole conversation trace', async () => {
    const path = join(dirname(AZURE_CONVERSATION_TRACE), 'mooncake_conversation_trace.jsonl');
    const rows = await collect(mooncakeTrace(path));
    expect(rows).toHaveLength(12_031);
    expect(rows.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(144_793_823);
    const blocks = rows.flatMap((each) => each.blocks ?? []);
    expect(blocks).toHaveLength(288_500);
    expect(new Set(blocks).size).toBe(182_790);
    expect(new Set(rows.map(({ timeMs }) => timeMs)).size).toBe(1180);
  });
});
