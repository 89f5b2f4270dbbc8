import { expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { limitTrace } from './limit-trace.js';
import { rowsTrace } from './rows-trace.js';

const rows = [1, 2, 3].map((timeMs) => ({ timeMs, inputTokens: 1, outputTokens: 1 }));

test('keeps the first requests, and reads no further', async () => {
  let rowsRead = 0;
  const counted = function* () {
    for (const row of rows) {
      rowsRead++;
      yield row;
    }
  };
  const limited = limitTrace(rowsTrace(counted()), { maxRequests: 2 });
  expect(await collect(limited)).toEqual(rows.slice(0, 2));
  expect(rowsRead).toBe(2);
  expect(limited.notes?.()).toEqual(['the trace is read up to its limit of 2 requests']);
});

test('keeps a shorter trace as it is, each time it is read', async () => {
  const limited = limitTrace(rowsTrace(rows), { maxRequests: 4 });
  expect(await collect(limited)).toEqual(rows);
  expect(await collect(limited)).toEqual(rows);
  expect(limited.notes?.()).toEqual([]);
});

test.for([0, 1.5])('refuses a limit of %d', (maxRequests) => {
  expect(() => limitTrace(rowsTrace([]), { maxRequests })).toThrow('limit: maxRequests:');
});
