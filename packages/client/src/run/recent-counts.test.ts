import { describe, expect, it } from 'vitest';
import { RecentCounts } from './recent-counts.js';

describe('RecentCounts', () => {
  it('gives the rate of what has passed, and then of the window', () => {
    const counts = new RecentCounts();
    for (let timeMs = 1_000_000; timeMs < 1_060_000; timeMs += 20) {
      counts.add(timeMs);
      if (timeMs > 1_000_200) expect(counts.rate(timeMs, 1_000_000)).toBeCloseTo(50, -1);
    }
    expect(counts.rate(1_060_000, 1_000_000)).toBeCloseTo(50, 0);
  });

  it('forgets: after a silence as long as the window nothing is left', () => {
    const counts = new RecentCounts();
    counts.add(5000, 30);
    expect(counts.rate(6000, 5000)).toBe(30);
    expect(counts.rate(14_999, 0)).toBeGreaterThan(2.9);
    expect(counts.rate(15_000, 0)).toBe(0);
  });

  it('is null before there is a time to divide by', () => {
    const counts = new RecentCounts();
    counts.add(5000);
    expect(counts.rate(5050, 5000)).toBeNull();
    expect(counts.rate(4000, 5000)).toBeNull();
  });
});
