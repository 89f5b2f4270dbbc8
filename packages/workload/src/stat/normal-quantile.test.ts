import { describe, expect, test } from 'vitest';
import { normalQuantile } from './normal-quantile.js';

describe('normalQuantile', () => {
  // Quantiles of the standard normal distribution to 15 digits, as tables and other implementations have them.
  test.for([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798405],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
    [0.01, -2.32634787404084],
    [0.05, -1.644853626951473],
    [0.074, -1.446632067158979],
    [0.076, -1.432502720825811],
    [0.25, -0.67448975019608],
    [0.7, 0.52440051270804],
    [0.9, 1.281551565544601],
    [0.975, 1.959963984540054],
    [0.99, 2.32634787404084],
    [0.9999, 3.719016485455709],
  ] as const)('is right to 1e-9 at %d', ([share, variate]) => {
    expect(Math.abs(normalQuantile(share) - variate)).toBeLessThan(1e-9);
  });

  test('is antisymmetric about a half', () => {
    expect(normalQuantile(0.5)).toBe(0);
    for (const share of [0.06, 0.075, 0.2, 0.49]) {
      expect(Math.abs(normalQuantile(share) + normalQuantile(1 - share))).toBeLessThan(1e-12);
    }
  });

  test('rises across the seams between its approximations', () => {
    for (const seam of [0.075, 0.925, Math.exp(-25)]) {
      expect(normalQuantile(seam * (1 + 1e-9))).toBeGreaterThan(normalQuantile(seam * (1 - 1e-9)));
    }
    expect(Math.abs(normalQuantile(0.075 + 1e-12) - normalQuantile(0.075 - 1e-12))).toBeLessThan(1e-9);
  });

  test('is infinite at the ends and no number outside', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(1.01)).toBeNaN();
    expect(normalQuantile(Number.NaN)).toBeNaN();
  });
});
