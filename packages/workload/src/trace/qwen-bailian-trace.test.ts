import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { qwenBailianTrace } from './qwen-bailian-trace.js';

const folder = temporaryFolder();
const row = (chat: number, parent: number, seconds: number, change: object = {}): object => ({
  chat_id: chat,
  parent_chat_id: parent,
  timestamp: seconds,
  input_length: 40,
  output_length: 7,
  type: 'text',
  turn: 1,
  hash_ids: [3, 4, 5],
  ...change,
});
const readerOf = async (rows: object[]) => qwenBailianTrace(await folder.write('trace.jsonl', jsonl(rows)));

describe('qwenBailianTrace', () => {
  test('gives seconds as milliseconds, blocks of 16 tokens, and what else a row says as tags', async () => {
    const reader = await readerOf([row(159, -1, 61.114, { type: 'search' })]);
    expect(await collect(reader)).toEqual([
      {
        timeMs: 61_114,
        inputTokens: 40,
        outputTokens: 7,
        blocks: [3, 4, 5],
        sessionId: 159,
        id: '159',
        tags: { type: 'search', turn: 1 },
      },
    ]);
    expect(reader.blockTokens).toBe(16);
    expect(reader.notes?.()).toEqual([]);
  });

  test('calls a session after the first request of the conversation', async () => {
    const reader = await readerOf([row(5, -1, 0), row(9, -1, 1), row(6, 5, 2), row(7, 6, 3), row(8, 5, 4)]);
    const rows = await collect(reader);
    expect(rows.map(({ id, parentId, sessionId }) => [id, parentId, sessionId])).toEqual([
      ['5', undefined, 5],
      ['9', undefined, 9],
      ['6', '5', 5],
      ['7', '6', 5],
      ['8', '5', 5],
    ]);
  });

  test('keeps requests of one unknown parent together, without that parent, and counts them', async () => {
    const reader = await readerOf([row(10, 2, 0), row(11, 2, 1), row(12, 11, 2)]);
    const rows = await collect(reader);
    expect(rows.map(({ parentId, sessionId }) => [parentId, sessionId])).toEqual([
      [undefined, 2],
      [undefined, 2],
      ['11', 2],
    ]);
    expect(reader.notes?.()).toEqual(['requests whose parent does not stand before them in the trace: 2']);
  });

  test('gives no name twice', async () => {
    const reader = await readerOf([row(1, -1, 0), row(1, -1, 1)]);
    expect((await collect(reader)).map(({ id }) => id)).toEqual(['1', undefined]);
    expect(reader.notes?.()).toEqual(['requests with a chat_id that came before, which are left without a name: 1']);
  });

  test.for([
    [row(1, -1, 0, { hash_ids: [3, 4] }), '2 hash_ids do not fit an input_length of 40'],
    [row(1, -1, -0.5), 'timestamp is -0.5'],
    [row(1, -1, 0, { chat_id: 'a' }), 'chat_id is "a"'],
    [row(1, -1, 0, { parent_chat_id: 1.5 }), 'parent_chat_id is 1.5'],
  ] as const)('refuses row %j', async ([bad, message]) => {
    await expect(collect(await readerOf([bad]))).rejects.toMatchObject({
      code: 'input',
      message: `${folder.path('trace.jsonl')}:1: ${message}`,
    });
  });

  test('refuses a row that is earlier than the one before', async () => {
    await expect(collect(await readerOf([row(1, -1, 2), row(2, -1, 1.5)]))).rejects.toThrow(
      'trace.jsonl:2: timestamp 1.5 is earlier than the row before',
    );
  });
});
