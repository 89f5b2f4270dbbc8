import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { azureTrace } from './azure-trace.js';
import { mooncakeTrace } from './mooncake-trace.js';
import { sortTrace } from './sort-trace.js';

const folder = temporaryFolder();
const mooncake = (times: number[]) =>
  folder.write(
    'trace.jsonl',
    jsonl(times.map((timestamp, index) => ({ timestamp, input_length: index + 1, output_length: 1, hash_ids: [0] }))),
  );

describe('sortTrace', () => {
  test('puts rows in order of time that the reader alone refuses, and keeps those of one time as they stood', async () => {
    const reader = mooncakeTrace(await mooncake([5, 3, 9, 3, 9, 1]));
    await expect(collect(reader)).rejects.toMatchObject({ code: 'input', hint: expect.stringContaining('--sort') });
    const sorted = sortTrace(reader);
    expect((await collect(sorted)).map(({ timeMs, inputTokens }) => [timeMs, inputTokens])).toEqual([
      [1, 6],
      [3, 2],
      [3, 4],
      [5, 1],
      [9, 3],
      [9, 5],
    ]);
    expect(sorted.notes?.()).toEqual(['rows out of order of time, which were sorted: 3']);
    expect(sorted.blockTokens).toBe(512);
  });

  test('counts the times of a dated trace from its earliest row, and keeps the notes of its reader', async () => {
    const path = await folder.write(
      'trace.csv',
      'TIMESTAMP,ContextTokens,GeneratedTokens,NumImages\n2023-11-16 18:15:46.5,1,1,0\n2023-11-16 18:15:46.25,2,1,1\n2023-11-16 18:15:47,3,1,0\n',
    );
    const sorted = sortTrace(azureTrace(path));
    expect((await collect(sorted)).map(({ timeMs, inputTokens }) => [timeMs, inputTokens])).toEqual([
      [0, 2],
      [250, 1],
      [750, 3],
    ]);
    expect(sorted.notes?.()).toEqual([
      'rows with images, which are passed over (their tokens are counted): 1',
      'rows out of order of time, which were sorted: 1',
    ]);
  });

  test('leaves a trace that is in order as it is', async () => {
    const sorted = sortTrace(mooncakeTrace(await mooncake([1, 2, 2])));
    expect((await collect(sorted)).map(({ timeMs }) => timeMs)).toEqual([1, 2, 2]);
    expect(sorted.notes?.()).toEqual([]);
  });

  test('still refuses a row that cannot be used', async () => {
    await expect(collect(sortTrace(mooncakeTrace(await mooncake([5, -1]))))).rejects.toThrow(
      'trace.jsonl:2: timestamp is -1',
    );
  });
});
