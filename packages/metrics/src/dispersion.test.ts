import { createRandom, exponential } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { coefficientOfVariation, indexOfDispersion } from './dispersion.js';

describe('indexOfDispersion', () => {
  it('is variance / mean of the counts per window', () => {
    // Windows of 10 ms from 5: counts 3, 0, 1; the event at 35 starts a window that is not whole.
    const counts = [3, 0, 1];
    const mean = 4 / 3;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 2;
    expect(indexOfDispersion([35, 6, 5, 7, 28], 10)).toBeCloseTo(variance / mean, 12);
  });

  it('is 0 for equal gaps', () => {
    expect(indexOfDispersion([0, 10, 20, 30, 40], 10)).toBe(0);
  });

  it('is about 1 for Poisson arrivals and above it for pairs of them', () => {
    const gap = exponential(createRandom(1, 'arrivals'), 1 / 10);
    let time = 0;
    const arrivals = Array.from({ length: 50_000 }, () => {
      time += gap();
      return time;
    });
    // 50,000 arrivals, 10 ms apart on average: 5,000 windows, standard error √(2/5000) = 0.02.
    expect(indexOfDispersion(arrivals, 100)).toBeGreaterThan(0.94);
    expect(indexOfDispersion(arrivals, 100)).toBeLessThan(1.06);
    const inPairs = arrivals.flatMap((arrival) => [arrival, arrival]);
    expect(indexOfDispersion(inPairs, 100)).toBeGreaterThan(1.88);
    expect(indexOfDispersion(inPairs, 100)).toBeLessThan(2.12);
  });

  it('is null for fewer than two whole windows', () => {
    expect(indexOfDispersion([], 10)).toBeNull();
    expect(indexOfDispersion([1], 10)).toBeNull();
    expect(indexOfDispersion([0, 19], 10)).toBeNull();
  });
});

describe('coefficientOfVariation', () => {
  it('is the deviation of the sample over its mean', () => {
    expect(coefficientOfVariation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7) / 5, 12);
    expect(coefficientOfVariation([3, 3, 3])).toBe(0);
  });

  it('is null where it means nothing', () => {
    expect(coefficientOfVariation([1])).toBeNull();
    expect(coefficientOfVariation([-1, 1])).toBeNull();
  });
});
