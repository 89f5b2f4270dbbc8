import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { rowsTrace } from './rows-trace.js';
import { scaleTrace } from './scale-trace.js';

const row = { timeMs: 3000, inputTokens: 5, outputTokens: 5, sessionId: 's', id: 'b', parentId: 'a' };

describe('scaleTrace', () => {
  test('divides times by the rate, and multiplies them by the time', async () => {
    expect(await collect(scaleTrace(rowsTrace([row]), { rate: 2 }))).toEqual([{ ...row, timeMs: 1500 }]);
    expect(await collect(scaleTrace(rowsTrace([row]), { time: 2 }))).toEqual([{ ...row, timeMs: 6000 }]);
  });

  test('rounds lengths half up; inputs to at least 1, and outputs that are not known stay so', async () => {
    const rows = [
      { timeMs: 0, inputTokens: 5, outputTokens: 5 },
      { timeMs: 1, inputTokens: 1, outputTokens: 1 },
      { timeMs: 2, inputTokens: 2, outputTokens: null },
    ];
    const scaled = scaleTrace(rowsTrace(rows), { inputLengths: 0.3, outputLengths: 0.1 });
    expect((await collect(scaled)).map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens])).toEqual([
      [2, 1],
      [1, 0],
      [1, null],
    ]);
    expect(scaled.notes?.()).toEqual(['scaled input lengths raised to 1 token: 1']);
  });

  test('refuses other input lengths where prompts consist of named blocks', async () => {
    const blocks = rowsTrace([{ ...row, blocks: [1] }], { blockTokens: 16 });
    expect(() => scaleTrace(blocks, { inputLengths: 2 })).toThrow('consist of named blocks');
    const scaled = scaleTrace(blocks, { inputLengths: 1, outputLengths: 2 });
    expect(await collect(scaled)).toEqual([{ ...row, blocks: [1], outputTokens: 10 }]);
    expect(scaled.blockTokens).toBe(16);
  });

  test('names every problem of its options', () => {
    expect(() => scaleTrace(rowsTrace([]), { rate: 2, time: 2 })).toThrow('rate: says the same as time');
    expect(() => scaleTrace(rowsTrace([]), { rate: 0, outputLengths: -1 })).toThrow(
      'rate: must be above 0; outputLengths: must be above 0',
    );
  });
});
