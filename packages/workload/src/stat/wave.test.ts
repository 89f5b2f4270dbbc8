import { normalProbability } from '@aibrix/core/random';
import { expect, test } from 'vitest';
import { normalQuantile } from './normal-quantile.js';
import { WAVE_AMPLITUDE, waveAt, wavingLognormal } from './wave.js';

/** Mean and standard deviation of ln(1 + amplitude·sin) over a period. */
const logOfWave = (amplitude: number) => {
  const points = 10_000;
  const values = Array.from({ length: points }, (_, index) =>
    Math.log1p(amplitude * Math.sin((2 * Math.PI * (index + 0.5)) / points)),
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / points;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / points };
};

test('a step is one whole period of the sine', () => {
  const step = { timeMs: 1000, durationMs: 400 };
  expect([1000, 1100, 1200, 1300].map((timeMs) => waveAt(timeMs, step))).toEqual([
    0,
    1,
    expect.closeTo(0, 12),
    expect.closeTo(-1, 12),
  ]);
});

test.for([0.3, 0.5, 1.4])('sine and noise have the spread %d together', (sigma) => {
  const waving = wavingLognormal({ mu: 5, sigma });
  const { mean, variance } = logOfWave(waving.amplitude);
  expect(waving.amplitude).toBeCloseTo(WAVE_AMPLITUDE, 12);
  expect(waving.mu + mean).toBeCloseTo(5, 9);
  expect(waving.sigma ** 2 + variance).toBeCloseTo(sigma ** 2, 9);
});

test.for([0, 0.01, 0.1, 0.28])('of a spread of %d the sine is a quarter of the variance', (sigma) => {
  const waving = wavingLognormal({ mu: 5, sigma });
  const { mean, variance } = logOfWave(waving.amplitude);
  expect(waving.mu + mean).toBeCloseTo(5, 9);
  expect(waving.sigma ** 2 + variance).toBeCloseTo(sigma ** 2, 9);
  // To the first term of the variance.
  expect(Math.abs(variance - sigma ** 2 / 4)).toBeLessThan(0.01 * sigma ** 2 + 1e-12);
});

/** The share of sums of sine and noise below a logarithm, by the midpoint rule over a period. */
const shareBelow = (logarithm: number, { mu, sigma, amplitude }: ReturnType<typeof wavingLognormal>): number => {
  const points = 2000;
  let sum = 0;
  for (let index = 0; index < points; index++) {
    const wave = Math.log1p(amplitude * Math.sin((2 * Math.PI * (index + 0.5)) / points));
    sum += normalProbability({ mean: mu + wave, std: sigma, minimum: Number.NEGATIVE_INFINITY, maximum: logarithm });
  }
  return sum / points;
};

test.for([0.05, 0.15, 0.28, 0.3, 0.6, 1.5])(
  'percentiles lie within 2 % of the lognormal ones, at a spread of %d',
  (sigma) => {
    const waving = wavingLognormal({ mu: 5, sigma });
    for (const q of [0.5, 0.7, 0.9, 0.95, 0.99]) {
      const logarithm = 5 + sigma * normalQuantile(q);
      expect(shareBelow(logarithm + Math.log(1.02), waving)).toBeGreaterThan(q);
      expect(shareBelow(logarithm + Math.log(0.98), waving)).toBeLessThan(q);
    }
  },
);
