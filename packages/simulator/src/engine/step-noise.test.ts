import { createRandom } from '@aibrix/core/random';
import { expect, it } from 'vitest';
import { createStepNoise } from './step-noise.js';

const N = 20_000;

it('has mean 1 and the coefficient of variation asked for', () => {
  const noise = createStepNoise(createRandom(1, 'test'), 0.1);
  const factors = Array.from({ length: N }, noise);
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / N;
  const std = Math.sqrt(factors.reduce((sum, factor) => sum + (factor - mean) ** 2, 0) / (N - 1));
  // Four standard errors: of the mean cv/√n, of the standard deviation about cv/√(2n).
  expect(Math.abs(mean - 1)).toBeLessThan((4 * 0.1) / Math.sqrt(N));
  expect(Math.abs(std - 0.1)).toBeLessThan((4 * 0.1) / Math.sqrt(2 * N));
  expect(Math.min(...factors)).toBeGreaterThan(0);
});

it('is exactly 1 without variation', () => {
  expect(createStepNoise(createRandom(1, 'test'), 0)()).toBe(1);
});
