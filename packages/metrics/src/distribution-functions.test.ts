import { expect, test } from 'vitest';
import { exponentialCdf, gammaCdf, weibullCdf } from './distribution-functions.js';

test('are the closed formulas where there is one', () => {
  for (const x of [1e-9, 0.01, 0.5, 1, 3, 20]) {
    expect(exponentialCdf(x, 2)).toBeCloseTo(1 - Math.exp(-2 * x), 14);
    // A gamma of shape 1 and a Weibull of shape 1 are exponential; shape 2 has (1 + z) e^−z left over (Erlang).
    expect(gammaCdf(x, 1, 0.5)).toBeCloseTo(exponentialCdf(x, 2), 13);
    expect(gammaCdf(x, 2, 0.5)).toBeCloseTo(1 - (1 + 2 * x) * Math.exp(-2 * x), 13);
    expect(weibullCdf(x, 1, 0.5)).toBeCloseTo(exponentialCdf(x, 2), 13);
    expect(weibullCdf(x, 2, 0.5)).toBeCloseTo(1 - Math.exp(-((2 * x) ** 2)), 13);
  }
});

test('keep the digits of small probabilities', () => {
  expect(exponentialCdf(1e-12, 1) / 1e-12).toBeCloseTo(1, 11);
  expect(weibullCdf(1e-6, 2, 1) / 1e-12).toBeCloseTo(1, 11);
});

test('are 0 at 0 and below, and 1 at infinity', () => {
  for (const cdf of [
    (x: number) => exponentialCdf(x, 3),
    (x: number) => gammaCdf(x, 0.5, 2),
    (x: number) => weibullCdf(x, 0.5, 2),
  ]) {
    expect([cdf(-1), cdf(0), cdf(Number.POSITIVE_INFINITY)]).toEqual([0, 0, 1]);
  }
});
