import { expect, test } from 'vitest';
import { regularisedGamma } from './regularised-gamma.js';

// Reference values to the last digit, made with arbitrary precision.
test.each([
  [0.01, 1e-30, 0.5040472728599954],
  [0.25, 1e-6, 0.034888221378056465],
  [0.25, 0.5, 0.8464864041916775],
  [0.25, 3, 0.9949891040512917],
  [0.5, 0.1, 0.345279153981423],
  [1, 2, 0.8646647167633873],
  [2.5, 0.01, 2.987601531906594e-6],
  [2.5, 2, 0.4505840486472198],
  [2.5, 12, 0.9997828870565473],
  [4, 4, 0.566529879633291],
  [4, 15, 0.9997886214965332],
  [30, 20, 0.021818217525557394],
  [30, 55, 0.9999114521695294],
  [1000, 950, 0.05505468623073803],
  [1000, 1100, 0.99894067674607],
  [10_000, 9700, 0.001234175584468492],
  [10_000, 10_000, 0.5013298083399552],
])('P(%d, %d) is right to 1e-14', (shape, x, expected) => {
  const value = regularisedGamma(shape, x);
  expect(Math.abs(value - expected)).toBeLessThan(1e-14);
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-12);
});

test('grows with x, without a step where the method changes', () => {
  for (const shape of [0.25, 1, 4, 15.9, 16, 400]) {
    for (let x = 0; x < 3 * shape + 5; x += 0.01) {
      const step = regularisedGamma(shape, x + 0.01) - regularisedGamma(shape, x);
      expect(step).toBeGreaterThanOrEqual(-1e-14);
      // The density's largest value over the step; with a shape below 1 it has none at 0.
      if (x > 0 && shape >= 1) expect(step).toBeLessThan(0.0101);
    }
    const [below, above] = [regularisedGamma(shape, shape + 1 - 1e-12), regularisedGamma(shape, shape + 1)];
    expect(Math.abs(above - below)).toBeLessThan(2e-12);
  }
});

test('is 0 up to 0, and 1 at infinity', () => {
  expect(regularisedGamma(2, -1)).toBe(0);
  expect(regularisedGamma(0.01, 0)).toBe(0);
  expect(regularisedGamma(2, Number.POSITIVE_INFINITY)).toBe(1);
  expect(regularisedGamma(2, 1e9)).toBe(1);
});
