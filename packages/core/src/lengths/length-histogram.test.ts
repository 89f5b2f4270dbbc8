import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLengthHistogram, type LengthDistribution } from './length-histogram.js';

const distributionOf = (lengths: readonly number[]): LengthDistribution => {
  const histogram = createLengthHistogram();
  for (const length of lengths) histogram.add(length);
  return histogram.distribution();
};

describe('createLengthHistogram', () => {
  it('knows nothing of no lengths, and no deviation of one', () => {
    const { bins, count, ...figures } = distributionOf([]);
    expect({ bins, count }).toEqual({ bins: [], count: 0 });
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
    expect(distributionOf([5])).toMatchObject({ count: 1, total: 5, mean: 5, std: null, p1: 5, p99: 5, max: 5 });
  });

  it('gives the figures that numpy gives', () => {
    // numpy.percentile([1, 2, 2, 3, 10], [1, 5, 25, 50, 75, 90, 95, 99]) and numpy.std(…, ddof=1)
    expect(distributionOf([3, 10, 2, 1, 2])).toMatchObject({
      count: 5,
      total: 18,
      mean: 3.6,
      std: expect.closeTo(3.6469165057620936, 12),
      min: 1,
      p1: expect.closeTo(1.04, 12),
      p5: expect.closeTo(1.2, 12),
      p25: 2,
      p50: 2,
      p75: 3,
      p90: expect.closeTo(7.2, 12),
      p95: expect.closeTo(8.6, 12),
      p99: expect.closeTo(9.72, 12),
      max: 10,
    });
  });

  it('agrees with quantiles of the sorted lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 200 }), (lengths) => {
        const found = distributionOf(lengths);
        const sorted = lengths.toSorted((a, b) => a - b);
        for (const [name, q] of [
          ['p1', 0.01],
          ['p25', 0.25],
          ['p50', 0.5],
          ['p95', 0.95],
        ] as const) {
          const rank = q * (sorted.length - 1);
          const low = sorted[Math.floor(rank)] ?? 0;
          const high = sorted[Math.ceil(rank)] ?? 0;
          expect(found[name]).toBeCloseTo(low + (high - low) * (rank % 1), 9);
        }
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
