import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { resultsTrace } from './results-trace.js';

const folder = temporaryFolder();
const EPOCH = 1_700_000_000;
const result = (change: object): object => ({
  request_id: 0,
  status: 'success',
  planned_time: EPOCH,
  start_time: EPOCH,
  prompt_tokens: 100,
  output_tokens: 20,
  ...change,
});
const write = (results: object[]) => folder.write('results.jsonl', jsonl(results));

describe('resultsTrace', () => {
  test('puts results in order of their planned time, which counts from the earliest', async () => {
    const reader = resultsTrace(
      await write([
        result({ planned_time: EPOCH + 2.5, start_time: EPOCH + 2.6, prompt_tokens: 3, model: 'm', session_id: 's' }),
        result({ planned_time: EPOCH + 1.000_001, prompt_tokens: 1, session_id: 4 }),
        result({ planned_time: EPOCH + 1.000_001, prompt_tokens: 2, session_id: 's' }),
        result({ planned_time: EPOCH + 0.5, prompt_tokens: 0, prompt_length_planned: 9, output_tokens: null }),
      ]),
    );
    expect(await collect(reader)).toEqual([
      { timeMs: 0, inputTokens: 9, outputTokens: null },
      { timeMs: 500.001, inputTokens: 1, outputTokens: 20, sessionId: 4 },
      { timeMs: 500.001, inputTokens: 2, outputTokens: 20, sessionId: 's' },
      { timeMs: 2000, inputTokens: 3, outputTokens: 20, sessionId: 's', model: 'm' },
    ]);
    expect(reader.notes?.()).toEqual(['results in order of their end, which were put in order of time: 3']);
  });

  test('replays when requests were sent, when asked', async () => {
    const path = await write([
      result({ start_time: EPOCH + 3 }),
      result({ start_time: EPOCH + 4 }),
      result({
        status: 'error',
        error_type: 'dropped',
        planned_time: EPOCH + 5,
        start_time: null,
        prompt_length_planned: 8,
      }),
    ]);
    const reader = resultsTrace(path, { clock: 'start' });
    expect((await collect(reader)).map(({ timeMs }) => timeMs)).toEqual([0, 1000, 2000]);
    expect(reader.notes?.()).toEqual([
      'failed requests, replayed with the lengths that were planned: 1',
      'results without a start time, replayed at their planned time: 1',
    ]);
  });

  test('replays failures with the lengths that were planned, and leaves out those without', async () => {
    const reader = resultsTrace(
      await write([
        result({ status: 'error', prompt_tokens: 5, prompt_length_planned: 70, output_length_planned: 30 }),
        result({ status: 'error' }),
        result({ prompt_tokens: null }),
        result({ planned_time: null, start_time: null }),
      ]),
    );
    expect(await collect(reader)).toEqual([{ timeMs: 0, inputTokens: 70, outputTokens: 30 }]);
    expect(reader.notes?.()).toEqual([
      'failed requests, replayed with the lengths that were planned: 1',
      'results without a prompt length, left out: 2',
      'results without a time, left out: 1',
    ]);
  });

  test('reads what a killed client left, and refuses a broken line in the middle', async () => {
    const whole = jsonl([result({})]);
    const cut = resultsTrace(await folder.write('cut.jsonl', `${whole}{"request_id": 1, "sta`));
    expect(await collect(cut)).toHaveLength(1);
    expect(cut.notes?.()).toEqual(['last lines that were cut off, left out: 1']);
    await expect(collect(resultsTrace(await folder.write('bad.jsonl', `{"request_id": 1\n${whole}`)))).rejects.toThrow(
      'bad.jsonl:1: not valid JSON',
    );
  });

  test.for([
    [result({ planned_time: -1 }), 'planned_time is -1'],
    [result({ prompt_tokens: 1.5 }), 'prompt_tokens is 1.5'],
    [result({ output_tokens: -1 }), 'output_tokens is -1'],
  ] as const)('refuses %j', async ([bad, message]) => {
    await expect(collect(resultsTrace(await write([bad])))).rejects.toMatchObject({
      code: 'input',
      message: `${folder.path('results.jsonl')}:1: ${message}`,
    });
  });

  test('holds many results, and keeps those of one time as they stand', async () => {
    const count = 5000;
    const results = Array.from({ length: count }, (_, index) =>
      result({ planned_time: EPOCH + ((index * 7919) % 100), prompt_tokens: index + 1 }),
    );
    const rows = await collect(resultsTrace(await write(results)));
    const expected = results
      .map((_, index) => ({ time: ((index * 7919) % 100) * 1000, index }))
      .sort((a, b) => a.time - b.time || a.index - b.index);
    expect(rows.map(({ timeMs, inputTokens }) => [timeMs, inputTokens - 1])).toEqual(
      expected.map(({ time, index }) => [time, index]),
    );
  });
});
