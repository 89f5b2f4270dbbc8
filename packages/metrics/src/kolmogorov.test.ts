import { createRandom, exponential } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { exponentialCdf } from './distribution-functions.js';
import { kolmogorovPValue, ksDistance } from './kolmogorov.js';

describe('kolmogorovPValue', () => {
  // Critical values of the exact distribution, as tables of the test print them (Miller 1956).
  it.each([
    [10, 0.36866, 0.1],
    [10, 0.40925, 0.05],
    [10, 0.48893, 0.01],
    [20, 0.29408, 0.05],
    [20, 0.35241, 0.01],
    [50, 0.18845, 0.05],
    [50, 0.22604, 0.01],
    [100, 0.13403, 0.05],
    [100, 0.16081, 0.01],
  ])('of %d values at the tabled distance %d is %d', (n, distance, probability) => {
    expect(Math.abs(kolmogorovPValue(distance, n) - probability)).toBeLessThan(0.0006);
  });

  // Quantiles of the limit distribution (Smirnov 1948).
  it.each([
    [0.5711, 0.9],
    [0.82757, 0.5],
    [1.22385, 0.1],
    [1.3581, 0.05],
    [1.62762, 0.01],
    [1.94947, 0.001],
  ])('of very many values at %d/√n is %d', (lambda, probability) => {
    const n = 1e12;
    expect(Math.abs(kolmogorovPValue(lambda / Math.sqrt(n), n) / probability - 1)).toBeLessThan(2e-4);
  });

  it('falls from 1 to 0, without a step where the series change', () => {
    expect(kolmogorovPValue(0, 100)).toBe(1);
    expect(kolmogorovPValue(1, 100)).toBeLessThan(1e-80);
    for (let distance = 0; distance < 0.3; distance += 0.0001) {
      const step = kolmogorovPValue(distance, 100) - kolmogorovPValue(distance + 0.0001, 100);
      expect(step).toBeGreaterThanOrEqual(-1e-12);
      expect(step).toBeLessThan(0.0021);
    }
  });
});

describe('ksDistance', () => {
  const uniform = (x: number): number => x;

  it('is the largest distance on either side of a step', () => {
    // Steps at 0.1, 0.5, 0.9 of 1/3 each: 0.5 − 1/3 before the second, 2/3 − 0.5 after it, 1/3 − 0.1 after the first.
    expect(ksDistance(Float64Array.of(0.1, 0.5, 0.9), uniform)).toBeCloseTo(1 / 3 - 0.1, 15);
    expect(ksDistance(Float64Array.of(0.4, 0.5, 0.9), uniform)).toBeCloseTo(0.4, 15);
    expect(ksDistance(Float64Array.of(0.25, 0.75), uniform)).toBeCloseTo(0.25, 15);
    expect(ksDistance(new Float64Array(0), uniform)).toBe(0);
  });

  it('rejects at 5 % about one in twenty samples of the distribution itself', () => {
    let rejected = 0;
    const draw = exponential(createRandom(1, 'kolmogorov'), 2);
    for (let sample = 0; sample < 1000; sample++) {
      const values = Float64Array.from({ length: 200 }, draw).sort();
      if (
        kolmogorovPValue(
          ksDistance(values, (x) => exponentialCdf(x, 2)),
          200,
        ) < 0.05
      )
        rejected++;
    }
    // Binomial of 1,000 at 5 %: standard deviation 6.9; three of them.
    expect(Math.abs(rejected - 50)).toBeLessThan(21);
  });
});
