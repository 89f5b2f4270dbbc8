import { logGamma } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { gapShape } from './gap-shape.js';

describe('logGamma', () => {
  test.for([
    [0.5, Math.log(Math.PI) / 2],
    [1, 0],
    [2, 0],
    [3.5, 1.200_973_602_347_074_3],
    [10, Math.log(362_880)],
    [100, 359.134_205_369_575_4],
  ] as const)('is right at %d', ([x, expected]) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-12 * Math.max(1, expected));
  });
});

describe('gapShape', () => {
  test('of gamma gaps is 1/CV²', () => {
    expect(gapShape('gamma', 2)).toBe(0.25);
    expect(gapShape('gamma', 0.5)).toBe(4);
  });

  // CVs in closed form: shape 1 is exponential; 2 is Rayleigh, √(4/π − 1); with 1/2, Γ(5)/Γ(3)² = 6; with 1/4, Γ(9)/Γ(5)² = 70.
  test.for([
    [1, 1],
    [Math.sqrt(4 / Math.PI - 1), 2],
    [Math.sqrt(5), 0.5],
    [Math.sqrt(69), 0.25],
  ] as const)('of Weibull gaps with a CV of %d is %d', ([cv, shape]) => {
    expect(Math.abs(gapShape('weibull', cv) - shape)).toBeLessThan(1e-9);
  });

  test('is infinite for equal gaps', () => {
    expect(gapShape('gamma', 0)).toBe(Number.POSITIVE_INFINITY);
    expect(gapShape('weibull', 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
