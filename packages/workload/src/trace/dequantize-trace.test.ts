import { dirname, join } from 'node:path';
import { coefficientOfVariation } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { AZURE_CONVERSATION_TRACE, isMissing } from '../../test/shared-traces.js';
import { dequantizeTrace } from './dequantize-trace.js';
import { mooncakeTrace } from './mooncake-trace.js';
import { rowsTrace } from './rows-trace.js';
import type { TraceRow } from './trace-reader.js';

const rowsAt = (times: number[]): TraceRow[] =>
  times.map((timeMs, index) => ({ timeMs, inputTokens: index + 1, outputTokens: 1 }));
const gapsOf = (rows: readonly TraceRow[]): number[] =>
  rows.slice(1).map(({ timeMs }, index) => timeMs - (rows[index] as TraceRow).timeMs);

describe('dequantizeTrace', () => {
  test('spreads rows of one time over the step to the next, in their order; the last over the median step', async () => {
    const times = [0, 0, 0, 3000, 4000, 4000, 10_000, 10_000];
    const spread = dequantizeTrace({ ...rowsTrace(rowsAt(times)), notes: () => ['earlier'] }, { seed: 1 });
    const rows = await collect(spread);
    const ends = [3000, 3000, 3000, 3000, 10_000, 10_000, 13_000, 13_000];
    for (const [index, { timeMs, inputTokens }] of rows.entries()) {
      expect(inputTokens).toBe(index + 1);
      expect(timeMs).toBeGreaterThanOrEqual(times[index] as number);
      expect(timeMs).toBeLessThanOrEqual(ends[index] as number);
    }
    expect(Math.min(...gapsOf(rows))).toBeGreaterThan(0);
    expect(rows[3]?.timeMs).toBe(3000);
    expect(spread.notes?.()).toEqual([
      'earlier',
      'rows spread over the step to the next time: 7, which shared 3 times (steps of 1000 to 6000 ms, median 3000)',
      'shared times before a pause, a step above 1.5 times the median so far, whose rows were spread over that median: 1',
    ]);
  });

  test('spreads no rows over a pause', async () => {
    const rows = rowsAt([0, 3000, 6000, 600_000].flatMap((time) => [time, time, time]));
    for (const seed of [0, 1, 2, 3, 4]) {
      const spread = dequantizeTrace(rowsTrace(rows), { seed });
      for (const [index, { timeMs }] of (await collect(spread)).entries()) {
        expect(timeMs - (rows[index]?.timeMs as number)).toBeLessThan(3000);
      }
      expect(spread.notes?.()[1]).toMatch(/^shared times before a pause.*: 1$/);
    }
  });

  test('takes steps that are about the usual one as they are', async () => {
    const times = [0, 2997, 6000, 9003, 13_003];
    const rows = rowsAt(times.flatMap((time) => Array<number>(2000).fill(time)));
    const spread = dequantizeTrace(rowsTrace(rows));
    const after = await collect(spread);
    // Of 2,000 uniform draws the largest is within 1 % of the end, but for once in 500 million.
    for (const [group, time] of times.slice(0, -1).entries()) {
      const step = (times[group + 1] as number) - time;
      expect((after[group * 2000 + 1999]?.timeMs as number) - time).toBeGreaterThan(0.99 * step);
    }
    expect(spread.notes?.()).toHaveLength(1);
  });

  test('puts rows anywhere in a step equally likely', async () => {
    const rows = await collect(
      dequantizeTrace(rowsTrace(rowsAt([...Array<number>(20_000).fill(0), 1000])), { seed: 0 }),
    );
    const inTenths = new Array<number>(10).fill(0);
    for (const { timeMs } of rows.slice(0, -1)) {
      const tenth = Math.floor(timeMs / 100);
      inTenths[tenth] = (inTenths[tenth] as number) + 1;
    }
    // Pearson's chi-squared with 9 degrees of freedom: 27.88 is exceeded once in 1,000.
    expect(inTenths.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.88);
  });

  test('gives the same times for a seed, each time it is read, and others for another', async () => {
    const reader = rowsTrace(rowsAt([0, 0, 5]));
    const spread = dequantizeTrace(reader, { seed: 7 });
    expect(await collect(spread)).toEqual(await collect(spread));
    expect(await collect(dequantizeTrace(reader, { seed: 8 }))).not.toEqual(await collect(spread));
  });

  test('leaves times that are no steps as they are', async () => {
    for (const times of [[0, 1, 2.5], [4, 4, 4], []]) {
      const spread = dequantizeTrace(rowsTrace(rowsAt(times)));
      expect(await collect(spread)).toEqual(rowsAt(times));
      expect(spread.notes?.()).toEqual([]);
    }
  });

  test.skipIf(isMissing(AZURE_CONVERSATION_TRACE))(
    'takes the bursts out of the Mooncake trace, and nothing else',
    async () => {
      const reader = mooncakeTrace(join(dirname(AZURE_CONVERSATION_TRACE), 'mooncake_conversation_trace.jsonl'));
      const before = await collect(reader);
      const after = await collect(dequantizeTrace(reader));
      expect(after.map(({ timeMs, ...row }) => row)).toEqual(before.map(({ timeMs, ...row }) => row));
      expect(gapsOf(after).every((gap) => gap >= 0)).toBe(true);
      const shifts = after.map(({ timeMs }, index) => timeMs - (before[index] as TraceRow).timeMs);
      expect(Math.min(...shifts)).toBeGreaterThanOrEqual(0);
      // 1,180 times in groups of 10 have a CV of 3; requests of their own have one near that of Poisson arrivals.
      expect(coefficientOfVariation(gapsOf(before))).toBeGreaterThan(2.9);
      expect(coefficientOfVariation(gapsOf(after))).toBeLessThan(1.2);
    },
  );
});
