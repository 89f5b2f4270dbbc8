import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { rowsTrace } from './rows-trace.js';
import { sliceTrace } from './slice-trace.js';
import type { TraceRow } from './trace-reader.js';

const row = (timeMs: number, change: Partial<TraceRow> = {}): TraceRow => ({
  timeMs,
  inputTokens: 1,
  outputTokens: 1,
  ...change,
});
const rows = [0, 999, 1000, 1999, 2000, 3000].map((timeMs) => row(timeMs));

let rowsRead = 0;
const counted = function* (given: readonly TraceRow[]) {
  for (const each of given) {
    rowsRead++;
    yield each;
  }
};

describe('sliceTrace', () => {
  test('keeps the rows from one time up to another, and counts time from the first', async () => {
    const reader = { ...rowsTrace(counted(rows)), notes: () => ['earlier note'] };
    const slice = sliceTrace(reader, { fromMs: 1000, toMs: 2000 });
    expect((await collect(slice)).map(({ timeMs }) => timeMs)).toEqual([0, 999]);
    expect(slice.notes?.()).toEqual([
      'earlier note',
      'requests before 1000 ms, left out: 2',
      'requests from 2000 ms on are left out',
    ]);
    expect(rowsRead).toBe(5);
  });

  test('changes nothing where it holds the whole trace', async () => {
    const slice = sliceTrace(rowsTrace(rows), {});
    expect(await collect(slice)).toEqual(rows);
    expect(slice.notes?.()).toEqual([]);
  });

  test('takes parents away that come before it, and no others', async () => {
    const named = [row(0, { id: 'a' }), row(1, { id: 'b', parentId: 'a' }), row(2, { id: 'c', parentId: 'b' })];
    const slice = sliceTrace(rowsTrace(named), { fromMs: 1 });
    expect(await collect(slice)).toEqual([row(0, { id: 'b' }), row(1, { id: 'c', parentId: 'b' })]);
    expect(slice.notes?.()).toEqual(['requests before 1 ms, left out: 1', 'requests whose parent is among those: 1']);
  });

  test('refuses a slice that ends before it starts', () => {
    expect(() => sliceTrace(rowsTrace([]), { fromMs: 5, toMs: 5 })).toThrow('toMs: must be above fromMs');
    expect(() => sliceTrace(rowsTrace([]), { fromMs: -5 })).toThrow('fromMs: must not be negative');
  });
});
