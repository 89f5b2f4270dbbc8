import { expect, test } from 'vitest';
import { normal } from './distributions.js';
import { normalProbability } from './normal-probability.js';
import { createRandom } from './random.js';

const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;

test('agrees with the tables of the normal distribution', () => {
  const within = (deviations: number) =>
    normalProbability({ mean: 10, std: 2, minimum: 10 - 2 * deviations, maximum: 10 + 2 * deviations });
  expect(within(1)).toBeCloseTo(0.682689, 6);
  expect(within(2)).toBeCloseTo(0.9545, 5);
  expect(within(3)).toBeCloseTo(0.9973, 6);
  expect(normalProbability({ mean: 0, std: 1, minimum: NEGATIVE_INFINITY, maximum: POSITIVE_INFINITY })).toBe(1);
  expect(normalProbability({ mean: 0, std: 1, minimum: 0, maximum: POSITIVE_INFINITY })).toBeCloseTo(0.5, 7);
});

test('agrees with what draws do', () => {
  const options = { mean: 0.9, std: 0.3, minimum: 0, maximum: 1 };
  const draw = normal(createRandom(1, 'normal-probability'), options.mean, options.std);
  const draws = 40_000;
  let kept = 0;
  for (let i = 0; i < draws; i++) {
    const value = draw();
    if (value >= options.minimum && value <= options.maximum) kept++;
  }
  const probability = normalProbability(options);
  // Four standard errors of a proportion.
  const bound = 4 * Math.sqrt((probability * (1 - probability)) / draws);
  expect(Math.abs(kept / draws - probability)).toBeLessThan(bound);
});

test('is all or nothing without a deviation', () => {
  expect(normalProbability({ mean: 5, std: 0, minimum: 1, maximum: 5 })).toBe(1);
  expect(normalProbability({ mean: 0.5, std: 0, minimum: 1, maximum: 5 })).toBe(0);
});
