import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { endOfSteps, statRates } from './stat-rates.js';
import type { StatStep } from './stat-steps.js';

/** Steps of seconds with a rate. */
const stepsOf = (...pairs: [seconds: number, rate: number][]): StatStep[] => {
  let timeMs = 0;
  return pairs.map(([seconds, ratePerSecond]) => {
    const step = { timeMs, durationMs: seconds * 1000, ratePerSecond, prompt: null, output: null };
    timeMs += seconds * 1000;
    return step;
  });
};
const ratesOf = (
  steps: StatStep[],
  { qpsScale = 1, durationMs = endOfSteps(steps), fluctuation = 'poisson' as 'poisson' | 'none', seed = 1 } = {},
) => statRates(steps, { qpsScale, durationMs, fluctuation, random: createRandom(seed, 'stat/rate') });
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('statRates', () => {
  test('without fluctuation are those of the steps, divided by the scale', () => {
    expect(ratesOf(stepsOf([2, 4], [3, 0], [1, 0.5]), { fluctuation: 'none', qpsScale: 2 })).toEqual({
      intervalMs: 1000,
      ratesPerSecond: [2, 2, 0, 0, 0, 0.25],
      askedRequests: 4.25,
      expectedRequests: 4.25,
    });
  });

  test('keep the requests of steps that are no whole seconds', () => {
    const steps = stepsOf([0.25, 8], [0.25, 4], [1, 2], [0.75, 4]);
    const { ratesPerSecond, askedRequests } = ratesOf(steps, { fluctuation: 'none' });
    expect(ratesPerSecond).toEqual([4, 3, 4]);
    expect(askedRequests).toBe(8);
  });

  test('end with the duration, also within a second', () => {
    const { ratesPerSecond, askedRequests } = ratesOf(stepsOf([60, 4]), { fluctuation: 'none', durationMs: 2500 });
    expect(ratesPerSecond).toEqual([4, 4, 4]);
    expect(askedRequests).toBe(10);
  });

  test.for([0.01, 0.3, 5, 400])('have the mean that is asked for, at %d requests per second', (rate) => {
    const seconds = 200_000;
    const { ratesPerSecond, askedRequests, expectedRequests } = ratesOf(stepsOf([seconds, rate]));
    expect(askedRequests / seconds).toBeCloseTo(rate, 9);
    // Four standard errors of a Poisson count over the whole.
    const bound = 4 * Math.sqrt(rate / seconds);
    expect(Math.abs(meanOf(ratesPerSecond) - rate)).toBeLessThan(bound);
    expect(expectedRequests / seconds).toBeCloseTo(meanOf(ratesPerSecond), 9);
  });

  test('are means of the counts in ten seconds: their variance is a tenth of a count, and the eleventh knows nothing', () => {
    const seconds = 100_000;
    const { ratesPerSecond } = ratesOf(stepsOf([seconds, 5]));
    const settled = ratesPerSecond.slice(9);
    const covariance = (lag: number) =>
      meanOf(settled.slice(lag).map((rate, index) => (rate - 5) * ((settled[index] as number) - 5)));
    // Of 10,000 windows that do not overlap: a variance is right to about 1.4 % (one standard error).
    expect(covariance(0) / 0.5).toBeGreaterThan(0.94);
    expect(covariance(0) / 0.5).toBeLessThan(1.06);
    expect(Math.abs(covariance(10)) / 0.5).toBeLessThan(0.06);
    // Every rate is a count over ten seconds, in tenths.
    for (const rate of settled) expect(Math.abs(rate * 10 - Math.round(rate * 10))).toBeLessThan(1e-9);
  });

  test('start without a bias: the first seconds use as many as there are', () => {
    const starts = Array.from({ length: 4000 }, (_, seed) => ratesOf(stepsOf([12, 2]), { seed }).ratesPerSecond);
    for (const second of [0, 1, 5, 11]) {
      const mean = meanOf(starts.map((rates) => rates[second] as number));
      const bound = 4 * Math.sqrt(2 / Math.min(second + 1, 10) / starts.length);
      expect(Math.abs(mean - 2)).toBeLessThan(bound);
    }
  });

  test('follow a change of the rate at once, and are 0 where it is', () => {
    const runs = Array.from(
      { length: 3000 },
      (_, seed) => ratesOf(stepsOf([15, 20], [15, 0], [15, 2]), { seed }).ratesPerSecond,
    );
    for (const rates of runs) expect(rates.slice(15, 30).every((rate) => rate === 0)).toBe(true);
    // Of one second to ten with a mean of 2 or 20: four standard errors.
    expect(Math.abs(meanOf(runs.map((rates) => rates[14] as number)) - 20)).toBeLessThan(4 * Math.sqrt(2 / 3000));
    expect(Math.abs(meanOf(runs.map((rates) => rates[30] as number)) - 2)).toBeLessThan(4 * Math.sqrt(2 / 3000));
  });

  test('are the same for the same seed, and others for another', () => {
    const steps = stepsOf([60, 3]);
    expect(ratesOf(steps, { seed: 7 })).toEqual(ratesOf(steps, { seed: 7 }));
    expect(ratesOf(steps, { seed: 7 })).not.toEqual(ratesOf(steps, { seed: 8 }));
  });

  test('are refused for more seconds than fit in memory', () => {
    expect(() => ratesOf(stepsOf([10_000_001, 1]))).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('duration') }),
    );
  });
});
