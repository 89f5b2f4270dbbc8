import { createRandom } from '@aibrix/core/random';
import { indexOfDispersion } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { createArrivals } from './create-arrivals.js';
import { createRate } from './create-rate.js';
import { type OnOffArrivalsOptions, onOffArrivals } from './on-off.js';

const timesOf = (options: Partial<OnOffArrivalsOptions>, untilMs: number): number[] => {
  const times: number[] = [];
  const random = createRandom(3, 'on-off');
  const defaults = {
    process: 'poisson',
    onRatePerSecond: 50,
    offRatePerSecond: 0,
    onMs: 1000,
    offMs: 3000,
    spells: 'exponential',
    random,
  } as const;
  for (const timeMs of onOffArrivals({ ...defaults, ...options })) {
    if (timeMs >= untilMs) break;
    times.push(timeMs);
  }
  return times;
};

/** Longest stretches without a request longer than this, in milliseconds. */
const pausesOf = (times: readonly number[], longerThanMs: number): number[] =>
  times
    .slice(1)
    .map((timeMs, index) => timeMs - (times[index] as number))
    .filter((gapMs) => gapMs > longerThanMs);

describe('onOffArrivals', () => {
  test('have spells of fixed length as a rate of them does', async () => {
    const random = createRandom(3, 'on-off');
    const rate = createRate({ kind: 'on_off', on_rps: 50, off_rps: 0, on_ms: 1000, off_ms: 3000 });
    const times = timesOf({ spells: 'fixed' }, 100_000);
    expect(times).toEqual(await collect(createArrivals({ process: 'poisson', rate, random }), times.length));
    expect(times.every((timeMs) => timeMs % 4000 < 1000)).toBe(true);
  });

  test('have random spells whose lengths are exponential', () => {
    // Requests every millisecond while it is on: gaps longer than that are the off spells.
    const times = timesOf({ process: 'constant', onRatePerSecond: 1000 }, 8_000_000);
    const pauses = pausesOf(times, 1.001);
    const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
    const deviation = Math.sqrt(pauses.reduce((sum, pause) => sum + (pause - mean) ** 2, 0) / (pauses.length - 1));
    // About 2,000 of them: four standard errors, 1/√n each.
    expect(Math.abs(pauses.length - 2000)).toBeLessThan(4 * Math.sqrt(2000));
    expect(Math.abs(mean / 3000 - 1)).toBeLessThan(4 / Math.sqrt(pauses.length));
    expect(Math.abs(deviation / mean - 1)).toBeLessThan(4 / Math.sqrt(pauses.length));
  });

  test('have the mean rate of both spells, and the dispersion of a modulated Poisson process', () => {
    const times = timesOf({ offRatePerSecond: 10 }, 40_000_000);
    // A quarter of the time 50, the rest 10: 20 a second.
    expect(Math.abs(times.length / 40_000 / 20 - 1)).toBeLessThan(0.05);
    // 1 + 2·(50 − 10)²·p(1 − p)/(20·r)·(1 − (1 − exp(−rt))/(rt)) with p = 1/4, r = 1/1 + 1/3 in a second, t = 1 s
    // (Fischer and Meier-Hellstern 1993): 7.29.
    const [r, variance] = [4 / 3, (40 ** 2 * 3) / 16];
    const expected = 1 + ((2 * variance) / (20 * r)) * (1 - (1 - Math.exp(-r)) / r);
    expect(Math.abs((indexOfDispersion(times, 1000) as number) / expected - 1)).toBeLessThan(0.06);
  });

  test('start with an on spell, at its start where gaps are equal', () => {
    expect(timesOf({ process: 'constant' }, 100)[0]).toBe(0);
    expect(timesOf({ process: 'constant', onRatePerSecond: 0, offRatePerSecond: 10 }, 1e6)[0]).toBeGreaterThan(0);
  });

  test('ascend, and are the same for the same seed', () => {
    const options = { process: 'gamma', shape: 0.5, offRatePerSecond: 1 } as const;
    const times = timesOf(options, 1_000_000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(timesOf(options, 1_000_000)).toEqual(times);
  });

  test('end at once where both rates are 0', () => {
    for (const spells of ['fixed', 'exponential'] as const)
      expect(timesOf({ onRatePerSecond: 0, spells }, 1e9)).toEqual([]);
  });

  test('name every problem of the options', () => {
    expect(() => timesOf({ onMs: 0, offRatePerSecond: -1 }, 1)).toThrow(
      /offRatePerSecond: must not be negative; onMs: must be above 0/,
    );
    expect(() => timesOf({ shape: 2 }, 1)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
