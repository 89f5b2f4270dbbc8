import { readFile } from 'node:fs/promises';
import { type DatasetRecord, manifestSchema, workloadEntrySchema } from '@aibrix/schema';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { writeWorkloadFile } from '../write-workload-file.js';
import { type ScheduledRecords, scheduleRecords } from './schedule-records.js';

const folder = temporaryFolder();

const recordsOf = (records: readonly DatasetRecord[]): ScheduledRecords => ({
  origin: { generator: 'mine', options: { size: records.length }, seed: 3 },
  findings: () => ({ statistics: { shared: 0.5 }, notes: ['a note'] }),
  async *[Symbol.asyncIterator]() {
    yield* records;
  },
});

const numbered = (count: number): DatasetRecord[] =>
  Array.from({ length: count }, (_, index) => ({ prompt: `p${index}`, token_count: index + 1, completion_tokens: 5 }));

describe('scheduleRecords', () => {
  test('sends records in their own order, one an entry, with the lengths they state', async () => {
    const entries = await collect(scheduleRecords(recordsOf(numbered(50)), { recordsPerSecond: 10 }));
    expect(entries.map(({ requests }) => requests)).toEqual(
      numbered(50).map((_, index) => [{ prompt: `p${index}`, prompt_length: index + 1, output_length: 5 }]),
    );
    for (const entry of entries) expect(workloadEntrySchema.safeParse(entry).success).toBe(true);
  });

  test('has Poisson arrivals of the rate asked for, or equal gaps from 0', async () => {
    const poisson = await collect(scheduleRecords(recordsOf(numbered(4000)), { recordsPerSecond: 20, seed: 1 }));
    const times = poisson.map(({ timestamp }) => timestamp);
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1));
    // Four standard errors: 1/√n of the mean, and of the coefficient of variation.
    expect(Math.abs(mean - 50)).toBeLessThan((4 * 50) / Math.sqrt(4000));
    expect(Math.abs(deviation / mean - 1)).toBeLessThan(4 / Math.sqrt(4000));

    const equal = await collect(
      scheduleRecords(recordsOf(numbered(4)), { recordsPerSecond: 20, arrivals: 'constant' }),
    );
    expect(equal.map(({ timestamp }) => timestamp)).toEqual([0, 50, 100, 150]);
  });

  test('ends with its records, or at the duration', async () => {
    const options = { recordsPerSecond: 20, arrivals: 'constant', durationMs: 100 } as const;
    expect(await collect(scheduleRecords(recordsOf(numbered(4)), options))).toHaveLength(2);
    const short = scheduleRecords(recordsOf(numbered(1)), options);
    expect(await collect(short)).toHaveLength(1);
    expect(short.findings?.().notes).toContain(
      'the dataset ends with the record at 0 ms, before the duration of 100 ms',
    );
  });

  test('refuses a dataset without records', async () => {
    await expect(collect(scheduleRecords(recordsOf([]), { recordsPerSecond: 1 }))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('no records'),
    });
  });

  test('ends after as many requests as asked for, within a session too', async () => {
    const sessions = [0, 1, 2].map((id) => ({ session_id: id, prompts: ['a', 'b'], prompt_lengths: [1, 1] }));
    const limited = scheduleRecords(recordsOf(sessions), { recordsPerSecond: 1, maxRequests: 3 });
    expect((await collect(limited)).map(({ requests }) => requests.length)).toEqual([2, 1]);
    expect(limited.findings?.().statistics).toMatchObject({ sessions: 2 });
  });

  test('notes sessions that share an id with one before', async () => {
    const sessions = ['a', 'b', 'a'].map((id) => ({ session_id: id, prompts: ['x'] }));
    const workload = scheduleRecords(recordsOf(sessions), { recordsPerSecond: 1 });
    await collect(workload);
    expect(workload.findings?.().notes).toContain(
      'sessions with an id that was there before, which become one conversation: 1',
    );
  });

  test('puts all turns of a session at its arrival, with its system message and answers', async () => {
    const session = {
      session_id: 's',
      system: 'Be brief.',
      prompts: ['one', 'two'],
      completions: ['1'],
      prompt_lengths: [4, 5],
      output_lengths: [6, null],
    };
    const [entry] = await collect(scheduleRecords(recordsOf([session]), { recordsPerSecond: 1, arrivals: 'constant' }));
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'one' },
    ];
    expect(entry).toEqual({
      timestamp: 0,
      requests: [
        { messages, prompt_length: 4, output_length: 6, session_id: 's', completion: '1' },
        { prompt: 'two', prompt_length: 5, output_length: null, session_id: 's' },
      ],
    });
  });

  test('says in its manifest what was scheduled', async () => {
    const path = folder.path('w.jsonl');
    const workload = scheduleRecords(recordsOf(numbered(9)), { recordsPerSecond: 3, seed: 8 });
    const manifest = await writeWorkloadFile(path, workload);
    expect(manifestSchema.parse(JSON.parse(await readFile(`${path}.manifest.json`, 'utf8')))).toEqual(manifest);
    expect(manifest).toMatchObject({
      generator: 'schedule',
      seed: 8,
      options: {
        recordsPerSecond: 3,
        arrivals: 'poisson',
        dataset: { generator: 'mine', options: { size: 9 }, seed: 3 },
      },
      statistics: { requests: 9, shared: 0.5 },
      notes: ['a note'],
    });
  });

  test('names every problem of its options', () => {
    expect(() => scheduleRecords(recordsOf([]), { recordsPerSecond: 0, durationMs: -1 })).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(/recordsPerSecond.*durationMs/s) }),
    );
  });
});
