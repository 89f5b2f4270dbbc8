import { expect, test } from 'vitest';
import { logGamma } from './log-gamma.js';

// Reference values to the last digit, made with arbitrary precision.
test.each([
  [0.01, 4.599479878042022],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [1, 0],
  [1.5, -0.12078223763524522],
  [2, 0],
  [2.5, 0.2846828704729192],
  [3.7, 1.428072326665388],
  [10, 12.80182748008147],
  [101, 363.73937555556347],
  [1000.5, 5908.674175848678],
  [10_001, 82108.92783681436],
])('ln Γ(%d) is %d', (x, expected) => {
  expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-14 * Math.max(1, Math.abs(expected)));
});

test('Γ(n) is (n − 1)!', () => {
  let factorial = 1;
  for (let n = 1; n <= 20; n++) {
    expect(Math.exp(logGamma(n)) / factorial).toBeCloseTo(1, 12);
    factorial *= n;
  }
});
