import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { createLengthBuckets } from './length-buckets.js';

const bucketsOf = (lengths: Iterable<number>) => {
  const sorted = Uint32Array.from(lengths).sort();
  const buckets = createLengthBuckets(sorted);
  const held = Array.from({ length: buckets.count }, (_, bucket) => ({
    shortest: buckets.shortest(bucket),
    longest: buckets.longest(bucket),
    prompts: sorted.filter((length) => length >= buckets.shortest(bucket) && length <= buckets.longest(bucket)).length,
  }));
  return { buckets, held, prompts: sorted.length };
};

const spread = (count: number, most: number): number[] => {
  const random = createRandom(3, 'lengths');
  return Array.from({ length: count }, () => Math.round(most ** random.next()));
};

describe('createLengthBuckets', () => {
  test('puts each length into one bucket, of lengths that differ by 5 % at most', () => {
    const lengths = spread(5000, 100_000);
    const { buckets, held, prompts } = bucketsOf(lengths);
    expect(held.reduce((sum, bucket) => sum + bucket.prompts, 0)).toBe(prompts);
    for (const { shortest, longest } of held) expect(longest).toBeLessThanOrEqual(shortest * 1.05);
    for (const length of lengths) {
      const bucket = buckets.firstReaching(length);
      expect(buckets.shortest(bucket)).toBeLessThanOrEqual(length);
      expect(buckets.longest(bucket)).toBeGreaterThanOrEqual(length);
    }
  });

  test('keeps buckets of several lengths small, and smaller at both ends', () => {
    const random = createRandom(4, 'lengths');
    const { held, prompts } = bucketsOf(Array.from({ length: 60_000 }, () => 10_000 + random.below(400)));
    let before = 0;
    for (const bucket of held) {
      const room = Math.max(16, Math.min(prompts / 128, Math.min(before, prompts - before) / 4));
      if (bucket.longest > bucket.shortest) expect(bucket.prompts).toBeLessThanOrEqual(room);
      before += bucket.prompts;
    }
    expect(held.length).toBeGreaterThan(128);
    expect(held.length).toBeLessThan(400);
  });

  test('gives a length that most prompts have a bucket of its own', () => {
    const { held } = bucketsOf([
      ...Array.from({ length: 5000 }, () => 1001),
      ...Array.from({ length: 9 }, () => 1002),
      1000,
    ]);
    expect(held).toEqual([
      { shortest: 1000, longest: 1000, prompts: 1 },
      { shortest: 1001, longest: 1001, prompts: 5000 },
      { shortest: 1002, longest: 1002, prompts: 9 },
    ]);
  });

  test('finds the buckets that bounds reach, and none past the last', () => {
    const { buckets } = bucketsOf([100, 102, 200]);
    expect(buckets.count).toBe(2);
    expect([0, 100, 102, 103, 200, 201].map(buckets.firstReaching)).toEqual([0, 0, 0, 1, 1, 2]);
    expect([99, 100, 150, 199, 200].map(buckets.firstAbove)).toEqual([0, 1, 1, 1, 2]);
    expect(createLengthBuckets(new Uint32Array()).count).toBe(0);
  });

  test('makes fewer than 800 of any lengths up to 2^32', () => {
    expect(bucketsOf(spread(200_000, 2 ** 32 - 1)).held.length).toBeLessThan(800);
  });
});
