import { createRandom, exponential } from '@aibrix/core/random';
import { expect, test } from 'vitest';
import { exponentialCdf } from './distribution-functions.js';
import { ksDistance } from './kolmogorov.js';
import { createUniformDistance, type UniformDistanceResult } from './uniform-distance.js';

const distanceOf = (values: Iterable<number>): UniformDistanceResult => {
  const distance = createUniformDistance();
  for (const value of values) distance.add(value);
  return distance.result();
};

test('is the exact distance, or less by at most 2^-16', () => {
  const random = createRandom(3, 'uniform-distance');
  for (const count of [1, 2, 10, 1000, 50_000]) {
    for (const bend of [1, 1.1, 4]) {
      const values = Float64Array.from({ length: count }, () => random.next() ** bend).sort();
      const exact = ksDistance(values, (x) => x);
      const { distance } = distanceOf(values);
      expect(distance).toBeLessThanOrEqual(exact + 1e-15);
      expect(distance).toBeGreaterThanOrEqual(exact - 2 ** -16 - 1e-15);
    }
  }
});

test('does not reject values of the distribution, and rejects those of one that is 3 % off', () => {
  const draw = exponential(createRandom(4, 'uniform-distance'), 5);
  const values = Array.from({ length: 100_000 }, draw);
  expect(distanceOf(values.map((value) => exponentialCdf(value, 5))).p_value).toBeGreaterThan(0.01);
  expect(distanceOf(values.map((value) => exponentialCdf(value, 5.15))).p_value).toBeLessThan(1e-6);
});

test('rejects values that all stand at one end', () => {
  expect(distanceOf(new Array<number>(100).fill(0))).toMatchObject({
    count: 100,
    distance: 1 - 2 ** -16,
    p_value: expect.closeTo(0, 20),
  });
  expect(distanceOf(new Array<number>(100).fill(1)).distance).toBe(1 - 2 ** -16);
});

test('has nothing to say of no values, and refuses what is not in [0, 1]', () => {
  expect(distanceOf([])).toEqual({ count: 0, distance: null, p_value: null });
  for (const value of [-1e-9, 1.0000001, Number.NaN]) {
    expect(() => createUniformDistance().add(value)).toThrow(expect.objectContaining({ code: 'usage' }));
  }
});
