import { describe, expect, it } from 'vitest';
import { BucketCounts } from './bucket-counts.js';

describe('BucketCounts', () => {
  it('counts a value at each bound that is no less', () => {
    const counts = new BucketCounts([1, 2, 4]);
    for (const value of [0.5, 1, 1.5, 3, 100]) counts.add(value);
    expect(counts.figures()).toEqual({ bounds: [1, 2, 4], cumulative: [2, 3, 4], count: 5, sum: 106 });
  });

  it('is empty at first', () => {
    expect(new BucketCounts([1]).figures()).toEqual({ bounds: [1], cumulative: [0], count: 0, sum: 0 });
  });
});
