import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { clientArrivals } from './client-arrivals.js';
import type { ClientWindow } from './client-windows.js';

const window = (startSeconds: number, endSeconds: number, rate: number, cv: number): ClientWindow => ({
  startSeconds,
  endSeconds,
  rate,
  cv,
  family: 'gamma',
});
const times = (windows: ClientWindow[], seed = 0, rateFactor = 1): number[] =>
  [...clientArrivals({ windows, rateFactor, random: createRandom(seed, 'arrivals') })].map(({ seconds }) => seconds);

describe('clientArrivals', () => {
  test('expects rate times length in each window, bursty and slow as the client may be', () => {
    const windows = [window(0, 10, 0.3, 3), window(20, 30, 1.2, 3)];
    const runs = 20_000;
    let [inFirst, inSecond] = [0, 0];
    for (let seed = 0; seed < runs; seed++) {
      for (const seconds of times(windows, seed)) {
        if (seconds < 10) inFirst++;
        else inSecond++;
      }
    }
    // A count of n has a standard deviation of about cv·√n, less for short windows: 0.037 and 0.073 in the mean of 20,000. Four of them.
    expect(Math.abs(inFirst / runs - 3)).toBeLessThan(0.15);
    expect(Math.abs(inSecond / runs - 12)).toBeLessThan(0.3);
  });

  test('asks nothing between windows, and stays in order and within them', () => {
    const all = times([window(5, 10, 4, 2), window(50, 60, 9, 0.3), window(60, 61, 100, 1)], 4);
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(all.filter((seconds) => seconds < 5 || (seconds >= 10 && seconds < 50) || seconds >= 61)).toEqual([]);
  });

  test('lets a gap that reaches into the next window go on at its rate', () => {
    // Equal gaps: one request for each one that is expected, whatever the windows are.
    const all = times([window(0, 1, 0.5, 0), window(1, 3, 1, 0), window(10, 12, 2, 0)], 1);
    const expected = (seconds: number): number =>
      seconds < 1 ? seconds / 2 : seconds < 3 ? 0.5 + (seconds - 1) : 2.5 + (seconds - 10) * 2;
    const steps = all.slice(1).map((seconds, index) => expected(seconds) - expected(all[index] as number));
    expect(steps.length).toBeGreaterThanOrEqual(5);
    for (const step of steps) expect(step).toBeCloseTo(1, 9);
  });

  test('multiplies rates by the factor', () => {
    expect(times([window(0, 100, 1, 0)], 0, 3)).toHaveLength(300);
  });
});
