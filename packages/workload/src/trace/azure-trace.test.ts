import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { AZURE_CONVERSATION_TRACE, isMissing } from '../../test/shared-traces.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { azureTrace } from './azure-trace.js';

const folder = temporaryFolder();
const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n';
const read = async (rows: string) => collect(azureTrace(await folder.write('trace.csv', HEADER + rows)));

describe('azureTrace', () => {
  test('counts time from the first row', async () => {
    expect(await read('2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109\r\n')).toEqual([
      { timeMs: 0, inputTokens: 374, outputTokens: 44 },
      { timeMs: 4314.579, inputTokens: 396, outputTokens: 109 },
    ]);
  });

  test('reads the form of 2024, with a zone', async () => {
    expect(await read('2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 00:00:00.017335+00:00,2399,6\n')).toEqual([
      { timeMs: 0, inputTokens: 2162, outputTokens: 5 },
      { timeMs: 7.405, inputTokens: 2399, outputTokens: 6 },
    ]);
  });

  test('reads the multimodal form of 2025, and notes the images that it passes over', async () => {
    const path = await folder.write(
      'multimodal.csv',
      'TIMESTAMP,NumImages,ContextTokens,GeneratedTokens,Tier\n' +
        '2024-10-15T12:00:00.269Z,0,770,491,a\n2024-10-15T12:00:05.819Z,2,949,126,b\n2024-10-15T12:00:06.513Z,1,964,79,a\n',
    );
    const reader = azureTrace(path);
    expect(await collect(reader)).toEqual([
      { timeMs: 0, inputTokens: 770, outputTokens: 491 },
      { timeMs: 5550, inputTokens: 949, outputTokens: 126 },
      { timeMs: 6244, inputTokens: 964, outputTokens: 79 },
    ]);
    expect(reader.notes?.()).toEqual([
      'rows with images, which are passed over (their tokens are counted): 2',
      'columns passed over: Tier',
    ]);
  });

  test('ends with its signal', async () => {
    const path = await folder.write('trace.csv', `${HEADER}2023-11-16 18:15:46,1,1\r\n`);
    await expect(collect(azureTrace(path, { signal: AbortSignal.abort(new Error('enough')) }))).rejects.toThrow(
      'enough',
    );
  });

  test.for([
    ['2023-11-16 18:15:46,12.5,1', 'ContextTokens is "12.5"'],
    ['2023-11-16 18:15:46,0,1', 'ContextTokens is "0"'],
    ['2023-11-16 18:15:46,-3,1', 'ContextTokens is "-3"'],
    ['2023-11-16 18:15:46,3,', 'GeneratedTokens is ""'],
    ['2023-11-16 18:15:46,3,NaN', 'GeneratedTokens is "NaN"'],
    ['yesterday,3,1', 'TIMESTAMP is "yesterday"'],
    ['2023-11-16 18:15:46,3', 'the row has 2 fields, the header 3: 2023-11-16 18:15:46,3'],
    ['2023-11-16 18:15:44.9,3,1', 'TIMESTAMP 2023-11-16 18:15:44.9 is earlier than the row before'],
  ] as const)('refuses the row %s', async ([row, message]) => {
    const bad = read(`2023-11-16 18:15:45,1,1\r\n${row}\r\n`);
    await expect(bad).rejects.toMatchObject({
      code: 'input',
      message: `${folder.path('trace.csv')}:3: ${message}`,
      hint: expect.any(String),
    });
  });

  test('says where to get a trace that is missing', async () => {
    await expect(collect(azureTrace(folder.path('missing.csv')))).rejects.toMatchObject({
      code: 'file-not-found',
      hint: expect.stringContaining('Azure/AzurePublicDataset'),
    });
  });

  test.skipIf(isMissing(AZURE_CONVERSATION_TRACE))('reads the whole code trace', async () => {
    const rows = await collect(azureTrace(join(dirname(AZURE_CONVERSATION_TRACE), 'AzureLLMInferenceTrace_code.csv')));
    expect(rows).toHaveLength(8819);
    expect(rows.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(18_059_974);
    expect(rows.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0)).toBe(245_896);
  });

  test.skipIf(isMissing(AZURE_CONVERSATION_TRACE))('reads the whole conversation trace', async () => {
    const rows = await collect(azureTrace(AZURE_CONVERSATION_TRACE));
    expect(rows).toHaveLength(19_366);
    expect(rows.at(-1)?.timeMs).toBe(3_501_721.937);
    expect(rows.reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(22_361_870);
    expect(rows.reduce((sum, { outputTokens }) => sum + (outputTokens ?? 0), 0)).toBe(4_088_665);
  });
});
