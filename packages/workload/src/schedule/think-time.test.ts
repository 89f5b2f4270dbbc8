import { createRandom } from '@aibrix/core/random';
import { coefficientOfVariation } from '@aibrix/metrics';
import { describe, expect, it, test } from 'vitest';
import { drawThinkTime, type ThinkTime, thinkTimeSchema } from './think-time.js';

const DRAWS = 100_000;

const draws = (thinkTime: ThinkTime): number[] => {
  const draw = drawThinkTime(thinkTime, createRandom(3, thinkTime.kind));
  return Array.from({ length: DRAWS }, draw);
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('drawThinkTime', () => {
  // Within four standard errors of the mean, and 2 % of the coefficient of variation.
  it.each<[ThinkTime, number, number]>([
    [{ kind: 'uniform', min_ms: 500, max_ms: 1500 }, 1000, 1 / Math.sqrt(12)],
    [{ kind: 'exponential', mean_ms: 800 }, 800, 1],
    [{ kind: 'gamma', mean_ms: 800, shape: 4 }, 800, 0.5],
    [{ kind: 'lognormal', median_ms: 1000, sigma: 0.5 }, 1000 * Math.exp(0.125), Math.sqrt(Math.exp(0.25) - 1)],
  ])('has the mean and the variation of %j', (thinkTime, expectedMean, expectedVariation) => {
    const values = draws(thinkTime);
    const standardError = (expectedMean * expectedVariation) / Math.sqrt(DRAWS);
    expect(Math.abs(mean(values) - expectedMean)).toBeLessThan(4 * standardError);
    expect(Math.abs((coefficientOfVariation(values) ?? 0) / expectedVariation - 1)).toBeLessThan(0.02);
  });

  test('a constant one is always the same', () => {
    expect(new Set(draws({ kind: 'constant', mean_ms: 12.5 }))).toEqual(new Set([12.5]));
  });
});

describe('thinkTimeSchema', () => {
  it.each([
    [{ kind: 'uniform', min_ms: 5, max_ms: 4 }, 'min_ms is above max_ms'],
    [{ kind: 'exponential', mean_ms: 0 }, 'must be above 0'],
    [{ kind: 'constant', mean_ms: -1 }, 'must not be negative'],
  ])('refuses %j', (thinkTime, message) => {
    expect(thinkTimeSchema.safeParse(thinkTime).error?.issues[0]?.message).toBe(message);
  });
});
