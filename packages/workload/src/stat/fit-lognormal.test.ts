import { describe, expect, test } from 'vitest';
import { fitLognormal } from './fit-lognormal.js';
import { normalQuantile } from './normal-quantile.js';

const at = (pairs: Record<string, number>) =>
  Object.entries(pairs).map(([percent, tokens]) => ({ q: Number(percent) / 100, tokens }));

describe('fitLognormal', () => {
  test('finds the distribution that percentiles come from', () => {
    const [mu, sigma] = [6.2, 0.83];
    const exact = [0.5, 0.7, 0.9, 0.99].map((q) => ({ q, tokens: Math.exp(mu + sigma * normalQuantile(q)) }));
    const fit = fitLognormal(exact);
    expect(Math.abs(fit.mu - mu)).toBeLessThan(1e-9);
    expect(Math.abs(fit.sigma - sigma)).toBeLessThan(1e-9);
    for (const { askedTokens, fittedTokens } of fit.percentiles) {
      expect(Math.abs(fittedTokens / askedTokens - 1)).toBeLessThan(1e-9);
    }
  });

  test('takes a percentile for what it is: p95 is not p90', () => {
    const p95 = fitLognormal(at({ 50: 100, 95: 400 }));
    expect(p95.sigma).toBeCloseTo(Math.log(4) / normalQuantile(0.95), 12);
    expect(p95.sigma).toBeLessThan(fitLognormal(at({ 50: 100, 90: 400 })).sigma);
  });

  test('keeps the median that is given, and says what it has at the other percentiles', () => {
    const fit = fitLognormal(at({ 50: 100, 70: 220, 90: 300, 99: 2000 }));
    expect(fit.percentiles[0]).toEqual({ q: 0.5, askedTokens: 100, fittedTokens: expect.closeTo(100, 9) });
    // By hand: least squares through (z, ln tokens) has a slope of 1.221946….
    const z = [0, 0.5244005127080407, 1.2815515655446004, 2.3263478740408408];
    const y = [100, 220, 300, 2000].map(Math.log);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const slope =
      mean(z.map((x, index) => (x - mean(z)) * ((y[index] as number) - mean(y)))) /
      mean(z.map((x) => (x - mean(z)) ** 2));
    expect(fit.sigma).toBeCloseTo(slope, 12);
    expect(fit.percentiles[3]?.fittedTokens).toBeCloseTo(100 * Math.exp(slope * (z[3] as number)), 6);
  });

  test('without a median it is the line of least squares itself', () => {
    const fit = fitLognormal(at({ 25: 50, 75: 200 }));
    expect(Math.exp(fit.mu)).toBeCloseTo(100, 9);
  });

  test.for([[{ 50: 80, 70: 80, 99: 80 }], [{ 50: 80 }], [{ 90: 80 }]] as const)(
    'has no spread for %j: the length is 80',
    ([percentiles]) => {
      const fit = fitLognormal(at(percentiles));
      expect(fit.sigma).toBe(0);
      expect(Math.exp(fit.mu)).toBeCloseTo(80, 9);
    },
  );

  test('takes percentiles in any order', () => {
    const percentiles = at({ 50: 100, 90: 300 });
    expect(fitLognormal([...percentiles].reverse())).toEqual(fitLognormal(percentiles));
  });

  test.for([
    [at({ 50: 100, 70: 90 }), 'p50 is 100 and p70 is 90'],
    [at({ 50: 0, 70: 90 }), 'p50 is 0'],
    [at({ 50: -5 }), 'p50 is -5'],
    [at({ 50: Number.NaN }), 'p50 is NaN'],
    [[...at({ 50: 5 }), ...at({ 50: 6 })], 'p50 is there twice'],
    [at({ 100: 5 }), 'there is no percentile p100'],
    [[], 'there are no percentiles'],
  ] as const)('refuses %j', ([percentiles, problem]) => {
    expect(() => fitLognormal(percentiles, { name: 'prompts', location: { file: 'a.csv', line: 3 } })).toThrow(
      expect.objectContaining({ code: 'input', message: `a.csv:3: prompts: ${problem}`, hint: expect.any(String) }),
    );
  });
});
