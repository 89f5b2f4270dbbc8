import { describe, expect, it } from 'vitest';
import { isThinQuantile, quantileOfSorted } from './quantile.js';

describe('quantileOfSorted', () => {
  it('interpolates linearly between ranks (numpy.quantile of the same values)', () => {
    expect(quantileOfSorted([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantileOfSorted([1, 2, 3, 4], 0.75)).toBe(3.25);
    expect(quantileOfSorted([10, 20, 50], 0.9)).toBeCloseTo(44, 12);
  });

  it('gives the ends at 0 and 1, the one value of one, and null of none', () => {
    expect(quantileOfSorted([3, 5, 9], 0)).toBe(3);
    expect(quantileOfSorted([3, 5, 9], 1)).toBe(9);
    expect(quantileOfSorted([7], 0.99)).toBe(7);
    expect(quantileOfSorted([], 0.5)).toBeNull();
  });
});

describe('isThinQuantile', () => {
  it.each([
    [0.5, 20],
    [0.9, 100],
    [0.95, 200],
    [0.99, 1000],
    [0.999, 10_000],
  ])('asks for 10 values beyond %d: %d samples are enough, one fewer is not', (q, enough) => {
    expect(isThinQuantile(enough, q)).toBe(false);
    expect(isThinQuantile(enough - 1, q)).toBe(true);
  });
});
