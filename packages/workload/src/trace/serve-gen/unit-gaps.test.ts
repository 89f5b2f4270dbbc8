import { createRandom } from '@aibrix/core/random';
import { coefficientOfVariation } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import type { GapFamily } from './gap-shape.js';
import { unitGaps } from './unit-gaps.js';

const COUNT = 200_000;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('unitGaps', () => {
  test.for([
    ['gamma', 0.5],
    ['gamma', 1.5],
    ['weibull', 0.5],
    ['weibull', 1.5],
  ] as [GapFamily, number][])(
    'of %s with a CV of %d have that, a mean of 1, and the first gap of its mean',
    ([family, cv]) => {
      const gaps = unitGaps({ family, cv, random: createRandom(0, `${family}/${cv}`) });
      const drawn = Array.from({ length: COUNT }, () => gaps.next());
      // Standard error of the mean cv/√n, at most 0.0034; of the CV for these tails below 0.006. Four of them.
      expect(Math.abs(mean(drawn) - 1)).toBeLessThan((4 * cv) / Math.sqrt(COUNT));
      expect(Math.abs((coefficientOfVariation(drawn) ?? 0) - cv)).toBeLessThan(0.025);
      // What is left of a gap met at random is (1 + CV²)/2 in the mean.
      const firsts = Array.from({ length: COUNT }, () => gaps.first());
      const spread = (coefficientOfVariation(firsts) ?? 0) * mean(firsts);
      expect(Math.abs(mean(firsts) - (1 + cv ** 2) / 2)).toBeLessThan((4 * spread) / Math.sqrt(COUNT));
    },
  );

  test('are equal with a CV of 0', () => {
    const gaps = unitGaps({ family: 'weibull', cv: 0, random: createRandom(0, 'equal') });
    expect([gaps.next(), gaps.next()]).toEqual([1, 1]);
    expect(gaps.first()).toBeLessThan(1);
  });
});
