import { expect, test } from 'vitest';
import { createRunningMoments } from './running-moments.js';

test('agrees with figures worked out by hand, on a large offset too', () => {
  const moments = createRunningMoments();
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) moments.add(1e9 + value);
  expect(moments).toMatchObject({ count: 8, sum: 8e9 + 40, mean: 1e9 + 5, min: 1e9 + 2, max: 1e9 + 9 });
  expect(moments.std).toBeCloseTo(Math.sqrt(32 / 7), 7);
});

test('says nothing of what it has not seen', () => {
  const moments = createRunningMoments();
  expect(moments).toMatchObject({ count: 0, sum: null, mean: null, std: null, min: null, max: null });
  moments.add(3);
  expect(moments).toMatchObject({ count: 1, sum: 3, mean: 3, std: null, min: 3, max: 3 });
});
