import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { checkedTrace } from './checked-trace.js';
import { sortTrace } from './sort-trace.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

const GOOD: TraceRow = { timeMs: 5, inputTokens: 10, outputTokens: 1 };
/** A reader that checks nothing itself. */
const readerOf = (rows: readonly object[], more: Partial<TraceReader> = {}): TraceReader => ({
  name: 'mine',
  async *[Symbol.asyncIterator]() {
    for (const row of rows) yield row as TraceRow;
  },
  ...more,
});

describe('checkedTrace', () => {
  test('gives the rows, the notes and the identity of the reader', async () => {
    const rows = [GOOD, { ...GOOD, outputTokens: null, tags: { a: 1 } }, { ...GOOD, blocks: [0, 7] }];
    const checked = checkedTrace(
      readerOf(rows, { blockTokens: 5, notes: () => ['n'], identity: () => ({ version: 3 }) }),
    );
    expect(await collect(checked)).toEqual(rows);
    expect(checked).toMatchObject({ name: 'mine', blockTokens: 5 });
    expect([checked.notes?.(), checked.identity?.()]).toEqual([['n'], { version: 3 }]);
    expect(await collect(checkedTrace(readerOf([GOOD])))).toEqual([GOOD]);
  });

  test.for([
    [{ timeMs: Number.NaN }, 'timeMs is NaN'],
    [{ timeMs: -1 }, 'timeMs is -1'],
    [{ timeMs: '7' }, 'timeMs is "7"'],
    [{ timeMs: 4.9 }, 'timeMs 4.9 is earlier than the row before'],
    [{ inputTokens: Number.NaN }, 'inputTokens is NaN'],
    [{ inputTokens: 0 }, 'inputTokens is 0'],
    [{ inputTokens: 1.5 }, 'inputTokens is 1.5'],
    [{ inputTokens: undefined }, 'inputTokens is missing'],
    [{ outputTokens: -2 }, 'outputTokens is -2'],
    [{ outputTokens: 0.5 }, 'outputTokens is 0.5'],
    [{ outputTokens: undefined }, 'outputTokens is missing'],
    [{ blocks: [0, -1] }, 'blocks holds -1'],
    [{ blocks: [0.5] }, 'blocks holds 0.5'],
    [{ blocks: [0, '1'] }, 'blocks holds "1"'],
    [{ blocks: '01' }, 'blocks is "01"'],
    [{ blocks: [0, 1, 2] }, '3 blocks are more than inputTokens 10 needs'],
  ] as const)('refuses a row with %j', async ([change, message]) => {
    const checked = checkedTrace(readerOf([GOOD, { ...GOOD, ...change }], { blockTokens: 5 }));
    await expect(collect(checked)).rejects.toMatchObject({
      code: 'input',
      message: `mine:2: ${message}`,
      hint: expect.stringMatching(/./),
    });
  });

  test('takes fewer blocks than the tokens need: what is beyond them is the prompt’s own', async () => {
    const rows = [[], [3], [3, 4]].map((blocks) => ({ ...GOOD, inputTokens: 6, blocks }));
    expect(await collect(checkedTrace(readerOf(rows, { blockTokens: 5 })))).toEqual(rows);
  });

  test('refuses blocks of a reader that does not say how many tokens they have', async () => {
    await expect(collect(checkedTrace(readerOf([{ ...GOOD, blocks: [1] }])))).rejects.toThrow(
      'mine:1: the row names blocks, and the reader does not say of how many tokens',
    );
    for (const blockTokens of [0, 2.5, Number.NaN]) {
      expect(() => checkedTrace(readerOf([], { blockTokens }))).toThrow(
        expect.objectContaining({ code: 'usage', message: `mine: blockTokens is ${blockTokens}` }),
      );
    }
  });

  test('closes the reader when a row cannot be used, and when its own reader stops', async () => {
    let closed = 0;
    const reader = readerOf([], {
      async *[Symbol.asyncIterator]() {
        try {
          yield GOOD;
          yield { ...GOOD, inputTokens: 0 };
        } finally {
          closed++;
        }
      },
    });
    await expect(collect(checkedTrace(reader))).rejects.toThrow('mine:2');
    expect(closed).toBe(1);
    expect(await collect(checkedTrace(reader), 1)).toHaveLength(1);
    expect(closed).toBe(2);
  });

  test('lets rows that will be sorted go back, and checks the rest of them', async () => {
    const backwards = [GOOD, { ...GOOD, timeMs: -3 }];
    const unsorted = readerOf([], { inFileOrder: readerOf(backwards) });
    for (const reader of [unsorted, readerOf(backwards)]) {
      expect((await collect(sortTrace(checkedTrace(reader)))).map(({ timeMs }) => timeMs)).toEqual([0, 8]);
    }
    const wrong = readerOf([GOOD, { ...GOOD, timeMs: 2, outputTokens: -1 }]);
    await expect(collect(sortTrace(checkedTrace(wrong)))).rejects.toThrow('mine:2: outputTokens is -1');
  });
});
