import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { jointShares } from './joint-shares.js';

const COUNT = 50_000;
const drawn = (correlation: number) => {
  const draw = jointShares({ correlation, random: createRandom(0, 'shares') });
  return Array.from({ length: COUNT }, draw);
};
/** Of shares, which have a mean of 1/2 and a variance of 1/12: Spearman's rank correlation of what is drawn with them. */
const rankCorrelation = (pairs: readonly { input: number; output: number }[]): number =>
  (12 * pairs.reduce((sum, { input, output }) => sum + (input - 0.5) * (output - 0.5), 0)) / pairs.length;

describe('jointShares', () => {
  // Of a Gaussian copula it is 6/π·asin(ρ/2). Standard error at most 1/√n = 0.0045; four of them.
  test.for([0, 0.6, -0.6])('has the rank correlation of a Gaussian copula with %d', (correlation) => {
    const expected = (6 / Math.PI) * Math.asin(correlation / 2);
    expect(Math.abs(rankCorrelation(drawn(correlation)) - expected)).toBeLessThan(0.018);
  });

  test.for([0, 0.6, -1])('gives uniform shares with %d', (correlation) => {
    const pairs = drawn(correlation);
    for (const name of ['input', 'output'] as const) {
      const sorted = pairs.map((pair) => pair[name]).sort((a, b) => a - b);
      const distance = Math.max(...sorted.map((share, index) => Math.abs(share - (index + 0.5) / COUNT)));
      // Kolmogorov and Smirnov: 1.95/√n is exceeded once in 1,000; six are looked at.
      expect(distance).toBeLessThan(1.95 / Math.sqrt(COUNT));
    }
  });

  test('goes up together with a correlation of 1', () => {
    for (const { input, output } of drawn(1).slice(0, 100)) expect(output).toBe(input);
  });
});
