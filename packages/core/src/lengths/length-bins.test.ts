import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binLengths } from './length-bins.js';

const countsOf = (lengths: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  return counts;
};

/** Each length a thousand times. */
const many = (lengths: readonly number[]): Map<number, number> => new Map(lengths.map((length) => [length, 1000]));

describe('binLengths', () => {
  it('has no bin without lengths, and one for one length', () => {
    expect(binLengths(countsOf([]))).toEqual([]);
    expect(binLengths(countsOf([7, 7]))).toEqual([{ from: 7, to: 8, count: 2 }]);
    expect(binLengths(countsOf([0]))).toEqual([{ from: 0, to: 1, count: 1 }]);
  });

  it('gives each length a bin of its own where they are few', () => {
    expect(binLengths(countsOf([1, 3, 3, 4]))).toEqual([
      { from: 1, to: 2, count: 1 },
      { from: 2, to: 3, count: 0 },
      { from: 3, to: 4, count: 2 },
      { from: 4, to: 5, count: 1 },
    ]);
  });

  it('keeps empty prompts apart from short ones', () => {
    expect(binLengths(countsOf([0, 0, 2]))).toEqual([
      { from: 0, to: 1, count: 2 },
      { from: 1, to: 2, count: 0 },
      { from: 2, to: 3, count: 1 },
    ]);
  });

  it('puts edges at powers of two of a wide range', () => {
    const edges = binLengths(many([1, 1_000_000])).map(({ from }) => from);
    for (let power = 0; power < 20; power++) expect(edges).toContain(2 ** power);
  });

  it('cuts a narrow range into equal bins, so that none is higher for being wider', () => {
    const bins = binLengths(many([3946, 3997, 3998, 4048]));
    expect(new Set(bins.map(({ from, to }) => to - from))).toEqual(new Set([2]));
    expect(bins).toHaveLength(52);
    // A width of two would do for 120 numbers that begin with an even one.
    expect(binLengths(many([1001, 1120]))[0]).toEqual({ from: 999, to: 1002, count: 1000 });
  });

  it('has fewer bins for few lengths, where more would show chance', () => {
    const lengths = Array.from({ length: 25 }, (_, index) => 100 + 7 * index);
    expect(binLengths(countsOf(lengths)).length).toBeLessThanOrEqual(10);
    expect(binLengths(many(lengths)).length).toBeGreaterThan(40);
  });

  it('counts every length once, in at most 60 bins without a gap that end with the longest', () => {
    const length = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 5000 }), fc.nat({ max: 10_000_000 }), fc.constant(2.5));
    fc.assert(
      fc.property(fc.array(length, { minLength: 1, maxLength: 40 }), (lengths) => {
        const bins = binLengths(countsOf(lengths));
        expect(bins.length).toBeLessThanOrEqual(60);
        for (const [index, { from, to, count }] of bins.entries()) {
          expect(to).toBeGreaterThan(from);
          if (index > 0) expect(from).toBe(bins[index - 1]?.to);
          expect(count).toBe(lengths.filter((value) => value >= from && value < to).length);
        }
        expect(bins[0]?.count).toBeGreaterThan(0);
        expect(bins.at(-1)?.count).toBeGreaterThan(0);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(lengths.length);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
