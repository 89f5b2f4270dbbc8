import { createRandom } from '@aibrix/core/random';
import { quantileOfSorted } from '@aibrix/metrics';
import { describe, expect, it } from 'vitest';
import { RecentDurations } from './recent-durations.js';

describe('RecentDurations', () => {
  it.each([
    ['of microseconds', 20e-6],
    ['of milliseconds', 0.03],
    ['of minutes', 120],
  ])('gives quantiles %s within 1 %% of the exact ones', (_, scale) => {
    const random = createRandom(1, 'durations');
    const durations = new RecentDurations();
    const values = Array.from({ length: 5000 }, () => scale * -Math.log(1 - random.next()));
    for (const [index, value] of values.entries()) durations.add(index, value);
    const sorted = values.toSorted((a, b) => a - b);
    const found = durations.quantiles(5000);
    expect(found?.count).toBe(5000);
    for (const [name, q] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
    ] as const) {
      const exact = quantileOfSorted(sorted, q) as number;
      // Half a bucket, and the step between neighbouring values.
      expect(Math.abs((found?.[name] ?? 0) / exact - 1)).toBeLessThan(0.012);
    }
  });

  it('speaks of the last ten seconds and of nothing before', () => {
    const durations = new RecentDurations();
    for (let second = 0; second < 60; second++) {
      for (let i = 0; i < 10; i++) durations.add(second * 1000 + i * 100, second < 30 ? 10 : 0.1);
    }
    expect(durations.quantiles(59_900)?.count).toBe(100);
    expect(durations.quantiles(59_900)?.p99).toBeCloseTo(0.1, 2);
    expect(durations.quantiles(80_000)).toBeNull();
  });

  it('takes what lies beyond its bounds as what stands there', () => {
    const durations = new RecentDurations();
    for (const value of [-0.001, 0, 1e-9, Number.NaN]) durations.add(0, value);
    expect(durations.quantiles(0)).toEqual({ count: 4, p50: 0, p90: 0, p99: 0 });
    durations.add(20_000, 1e9);
    expect(durations.quantiles(20_000)?.p50).toBeGreaterThan(9000);
  });

  it('has none of no values', () => {
    expect(new RecentDurations().quantiles(0)).toBeNull();
  });
});
