import { describe, expect, it } from 'vitest';
import { createTimeBins } from './time-bins.js';

describe('createTimeBins', () => {
  it('keeps one second a bin, empty ones and those before the origin too', () => {
    const bins = createTimeBins(100);
    bins.at(102.5).offered++;
    bins.at(99.5).offered++;
    expect(bins.widthSeconds).toBe(1);
    expect(bins.list().map(({ startTime, content }) => [startTime, content.offered])).toEqual([
      [99, 1],
      [100, 0],
      [101, 0],
      [102, 1],
    ]);
  });

  it('spreads tokens by the time that each bin covers', () => {
    const bins = createTimeBins(100);
    bins.spreadTokens(100.5, 102.5, 8);
    bins.spreadTokens(101.2, 101.2, 1);
    const amounts = bins.list().map(({ content }) => content.outputTokens);
    expect(amounts[0]).toBeCloseTo(2, 9);
    expect(amounts[1]).toBeCloseTo(5, 9);
    expect(amounts[2]).toBeCloseTo(2, 9);
  });

  it('doubles the width of a long run, losing nothing', () => {
    const bins = createTimeBins(0);
    for (let time = 0; time < 1000; time++) {
      const bin = bins.at(time + 0.5);
      bin.offered++;
      bin.failed.set('timeout', (bin.failed.get('timeout') ?? 0) + 1);
      bin.latency.add(time);
      bins.spreadTokens(time, time + 1, 3);
    }
    const list = bins.list();
    expect(bins.widthSeconds).toBe(8);
    expect(list.length).toBeLessThanOrEqual(200);
    const total = (of: (content: (typeof list)[number]['content']) => number): number =>
      list.reduce((sum, { content }) => sum + of(content), 0);
    expect(total((content) => content.offered)).toBe(1000);
    expect(total((content) => content.failed.get('timeout') ?? 0)).toBe(1000);
    expect(total((content) => content.latency.count)).toBe(1000);
    expect(total((content) => content.outputTokens)).toBeCloseTo(3000, 6);
  });

  it('stays small when one time is far off', () => {
    const bins = createTimeBins(1_790_000_000);
    bins.at(1_790_000_000).offered++;
    bins.at(0).offered++;
    expect(bins.list().length).toBeLessThanOrEqual(200);
  });

  it('has nothing to list before anything happened', () => {
    expect(createTimeBins(0).list()).toEqual([]);
  });
});
