import { createRandom } from '@aibrix/core/random';
import { coefficientOfVariation, kolmogorovPValue, ksDistance, logGamma } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { createGapDistribution } from './gap-distribution.js';

const COUNT = 100_000;
const gammaFunction = (x: number): number => Math.exp(logGamma(x));

const CASES = [
  ['poisson', 1, 1],
  ['gamma', 0.25, 2],
  ['gamma', 1, 1],
  ['gamma', 4, 0.5],
  ['weibull', 0.7, Math.sqrt(gammaFunction(1 + 2 / 0.7) / gammaFunction(1 + 1 / 0.7) ** 2 - 1)],
  // The same by the closed value of Γ(3/2) = √π/2.
  ['weibull', 2, Math.sqrt(4 / Math.PI - 1)],
  ['weibull', 4, 0.28054],
] as const;

describe.each(CASES)('%s gaps of shape %d', (process, shape, expectedCv) => {
  const gaps = createGapDistribution(process, shape);
  const draw = gaps.draw(createRandom(2, `gaps/${process}/${shape}`), 40);
  const values = Array.from({ length: COUNT }, draw);

  test('have the mean asked for and the coefficient of variation that the shape means', () => {
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(Math.abs(mean / 40 - 1)).toBeLessThan((4 * expectedCv) / Math.sqrt(COUNT));
    expect(Math.abs((coefficientOfVariation(values) as number) / expectedCv - 1)).toBeLessThan(0.02);
  });

  test('have the distribution that is stated', () => {
    const distance = ksDistance(Float64Array.from(values).sort(), (gap) => gaps.cdf(gap / 40));
    expect(kolmogorovPValue(distance, COUNT)).toBeGreaterThan(0.01);
  });

  test('have an integral of the distribution function that is one, and a mean of 1', () => {
    // Simpson's rule from where the functions are smooth.
    const [from, to, steps] = [0.2, 3, 2000];
    const width = (to - from) / steps;
    let sum = 0;
    for (let step = 0; step <= steps; step++) {
      const weight = step === 0 || step === steps ? 1 : step % 2 ? 4 : 2;
      sum += weight * gaps.cdf(from + step * width);
    }
    expect(gaps.integralOfCdf(to) - gaps.integralOfCdf(from)).toBeCloseTo((sum * width) / 3, 9);
    expect(gaps.integralOfCdf(0)).toBe(0);
    // What is missing of x at the far end is the mean.
    expect(10_000 - gaps.integralOfCdf(10_000)).toBeCloseTo(1, 9);
  });
});
