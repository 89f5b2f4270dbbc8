import { expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { rowsTrace } from './rows-trace.js';
import { sortTrace } from './sort-trace.js';

const at = (timeMs: number) => ({ timeMs, inputTokens: 1, outputTokens: null });

test('gives the rows as they are, as often as they are asked for', async () => {
  const reader = rowsTrace([at(0), at(5)], { name: 'mine', blockTokens: 4 });
  expect(await collect(reader)).toEqual([at(0), at(5)]);
  expect(await collect(reader)).toEqual([at(0), at(5)]);
  expect(reader).toMatchObject({ name: 'mine', blockTokens: 4 });
});

test('refuses rows that are not in order, unless they are sorted', async () => {
  const reader = rowsTrace([at(6), at(5)]);
  await expect(collect(reader)).rejects.toThrow('<rows>:2: timeMs 5 is earlier than the row before');
  expect(await collect(sortTrace(reader))).toEqual([at(5), at(6)]);
});

test.for([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the time %d', async (timeMs) => {
  await expect(collect(sortTrace(rowsTrace([at(timeMs)])))).rejects.toThrow(`<rows>:1: timeMs is ${timeMs}`);
});
