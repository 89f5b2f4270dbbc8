import { createRandom } from '@aibrix/core/random';
import { coefficientOfVariation, indexOfDispersion } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { poissonArrivals } from './poisson.js';

const timesOf = (count: number): Promise<number[]> =>
  collect(poissonArrivals({ ratePerSecond: 10, random: createRandom(0, 'arrivals') }), count);

describe('poissonArrivals', async () => {
  const times = await timesOf(100_000);
  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));

  test('has a coefficient of variation of gaps of 1', () => {
    // Standard error of the CV of n exponential values: 1/√n = 0.003.
    expect(Math.abs((coefficientOfVariation(gaps) ?? 0) - 1)).toBeLessThan(0.02);
  });

  test('has the rate asked for', () => {
    // Standard error of the mean gap: 0.3 %.
    expect(Math.abs((times.at(-1) ?? 0) / 100_000 / 100 - 1)).toBeLessThan(0.012);
  });

  test('has gaps whose distribution is exponential', () => {
    const sorted = [...gaps].sort((a, b) => a - b);
    const distance = Math.max(
      ...sorted.map((gap, index) => Math.abs(1 - Math.exp(-gap / 100) - (index + 0.5) / sorted.length)),
    );
    // Kolmogorov and Smirnov: rejected at 1 % above 1.63/√n.
    expect(distance).toBeLessThan(1.63 / Math.sqrt(sorted.length));
  });

  test('has counts per second that are as spread as their mean', () => {
    // 10,000 windows: standard error √(2/10,000) = 0.014.
    expect(Math.abs((indexOfDispersion(times, 1000) ?? 0) - 1)).toBeLessThan(0.05);
  });

  test('is the same for the same seed, ascending, and starts one gap after 0', async () => {
    expect(await timesOf(100)).toEqual(times.slice(0, 100));
    expect(Math.min(...gaps)).toBeGreaterThan(0);
  });
});
