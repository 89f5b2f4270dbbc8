import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { toTimestamp } from '../timestamp.js';
import { createArrivals } from './create-arrivals.js';
import { createRate } from './create-rate.js';
import { createProcessCheck, type ProcessCheckResult } from './process-check.js';
import type { ProcessOptions } from './process-options.js';
import type { RateDescription } from './rate-description.js';

const COUNT = 100_000;

const RATES: RateDescription[] = [
  { kind: 'constant', rate_rps: 0.01 },
  { kind: 'constant', rate_rps: 20 },
  { kind: 'constant', rate_rps: 20_000 },
  { kind: 'constant', rate_rps: 3_000_000 },
  { kind: 'ramp', from_rps: 1, to_rps: 1000, duration_ms: 150_000 },
  { kind: 'linear', points: [0, 300, 0, 40].map((rate_rps, index) => ({ time_ms: index * 250_000, rate_rps })) },
  { kind: 'steps', points: [5, 0, 900, 30].map((rate_rps, index) => ({ time_ms: index * 90_000, rate_rps })) },
  { kind: 'intervals', interval_ms: 1000, rates_rps: Array.from({ length: 4000 }, (_, second) => (second % 7) * 12) },
  { kind: 'sine', mean_rps: 100, amplitude_rps: 100, period_ms: 60_000 },
  { kind: 'on_off', on_rps: 200, off_rps: 0, on_ms: 1000, off_ms: 3000 },
];

const PROCESSES: ProcessOptions[] = [
  { process: 'poisson' },
  { process: 'gamma', shape: 0.25 },
  { process: 'gamma', shape: 4 },
  { process: 'weibull', shape: 0.6 },
  { process: 'weibull', shape: 3 },
];

/** Times of a workload: three decimals. */
const timesOf = (options: ProcessOptions, description: RateDescription, count: number = COUNT): number[] => {
  const times: number[] = [];
  const random = createRandom(1, 'arrivals');
  for (const timeMs of createArrivals({ ...options, rate: createRate(description), random })) {
    times.push(toTimestamp(timeMs));
    if (times.length === count) break;
  }
  return times;
};

const resultOf = (
  times: readonly number[],
  options: ProcessOptions,
  description: RateDescription,
): ProcessCheckResult => {
  const check = createProcessCheck({ ...options, rate: createRate(description) });
  for (const timeMs of times) check.add(timeMs);
  return check.result();
};

describe.each(RATES)('at a rate of %j', (description) => {
  test.each(PROCESSES)('100,000 three-decimal times of %j are not rejected as their own at 1 %', (options) => {
    const result = resultOf(timesOf(options, description), options, description);
    expect(result.gaps).toBe(COUNT - 1);
    expect(result.p_value).toBeGreaterThan(0.01);
    expect(result.distance).toBeLessThan(1.63 / Math.sqrt(COUNT));
    expect(result.largest_deviation_ms).toBeNull();
  });

  test('constant arrivals stand in their places, but for the rounding', () => {
    const options = { process: 'constant' } as const;
    const result = resultOf(timesOf(options, description), options, description);
    expect(result).toMatchObject({ gaps: COUNT - 1, distance: null, p_value: null });
    expect(result.largest_deviation_ms).toBeLessThanOrEqual(0.000501);
  });
});

describe('times of something else are rejected', () => {
  const SINE = { kind: 'sine', mean_rps: 20, amplitude_rps: 10, period_ms: 60_000 } as const;
  const FLAT = { kind: 'constant', rate_rps: 20 } as const;
  const poisson = { process: 'poisson' } as const;

  test('of a neighbouring shape', () => {
    const times = timesOf({ process: 'gamma', shape: 1.05 }, FLAT);
    expect(resultOf(times, poisson, FLAT).p_value).toBeLessThan(0.001);
    expect(resultOf(times, { process: 'gamma', shape: 1.05 }, FLAT).p_value).toBeGreaterThan(0.01);
  });

  test('of a rate that is 2 % off', () => {
    expect(resultOf(timesOf(poisson, FLAT), poisson, { ...FLAT, rate_rps: 20.4 }).p_value).toBeLessThan(0.01);
  });

  test('of a rate that is constant where it should not be, and the other way round', () => {
    expect(resultOf(timesOf(poisson, SINE), poisson, FLAT).p_value).toBeLessThan(1e-6);
    expect(resultOf(timesOf(poisson, FLAT), poisson, SINE).p_value).toBeLessThan(1e-6);
  });

  test('of equal gaps said to be Poisson', () => {
    expect(resultOf(timesOf({ process: 'constant' }, FLAT), poisson, FLAT).distance).toBeGreaterThan(0.3);
  });

  test('of requests while the rate is 0', () => {
    expect(resultOf([1, 2, 3], poisson, { kind: 'constant', rate_rps: 0 })).toMatchObject({
      gaps: 2,
      p_value: expect.closeTo(0, 1),
    });
  });
});

test('says how far one of the constant arrivals is from its place', () => {
  const ramp = { kind: 'ramp', from_rps: 1, to_rps: 10, duration_ms: 60_000 } as const;
  const times = timesOf({ process: 'constant' }, ramp, 300);
  times[120] = (times[120] as number) + 12.5;
  expect(resultOf(times, { process: 'constant' }, ramp).largest_deviation_ms).toBeCloseTo(12.5, 3);
  const once: RateDescription = { kind: 'intervals', interval_ms: 1000, rates_rps: [2] };
  expect(resultOf([0, 500, 900], { process: 'constant' }, once).largest_deviation_ms).toBe(Number.POSITIVE_INFINITY);
});

test('has nothing to say without gaps', () => {
  const flat = { kind: 'constant', rate_rps: 20 } as const;
  const nothing = { gaps: 0, distance: null, p_value: null, largest_deviation_ms: null };
  expect(resultOf([], { process: 'poisson' }, flat)).toEqual(nothing);
  expect(resultOf([7], { process: 'poisson' }, flat)).toEqual(nothing);
  expect(resultOf([], { process: 'constant' }, flat)).toEqual(nothing);
  expect(resultOf([0], { process: 'constant' }, flat)).toEqual({ ...nothing, largest_deviation_ms: 0 });
});

test('takes a step back in time for no gap', () => {
  const [options, flat] = [
    { process: 'weibull', shape: 0.7 },
    { kind: 'constant', rate_rps: 10 },
  ] as const;
  expect(resultOf([500, 100], options, flat)).toEqual(resultOf([500, 500], options, flat));
});

test('gives the same for the same times', () => {
  const [options, flat] = [
    { process: 'gamma', shape: 0.3 },
    { kind: 'constant', rate_rps: 900 },
  ] as const;
  const times = timesOf(options, flat, 1000);
  expect(resultOf(times, options, flat)).toEqual(resultOf(times, options, flat));
});

test('names every problem of the options', () => {
  const rate = createRate({ kind: 'constant', rate_rps: 1 });
  expect(() => createProcessCheck({ process: 'weibull', shape: -1, rate, resolutionMs: -1 })).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(/shape.*resolutionMs/) }),
  );
  expect(() => createProcessCheck({ process: 'constant', shape: 1, rate })).toThrow(/shape/);
});
