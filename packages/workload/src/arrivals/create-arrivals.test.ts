import { createRandom } from '@aibrix/core/random';
import { coefficientOfVariation, indexOfDispersion, kolmogorovPValue, ksDistance } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { toTimestamp } from '../timestamp.js';
import type { Arrivals } from './arrivals.js';
import { createArrivals } from './create-arrivals.js';
import { createRate } from './create-rate.js';
import { createGapDistribution } from './gap-distribution.js';
import type { ProcessOptions } from './process-options.js';
import type { RateDescription } from './rate-description.js';

const COUNT = 100_000;
const UNITY = { kind: 'constant', rate_rps: 1 } as const;

const arrivalsOf = (options: ProcessOptions, description: RateDescription, seed = 0): Arrivals =>
  createArrivals({ ...options, rate: createRate(description), random: createRandom(seed, 'arrivals') });

/** The first ones, or those before a time. */
const timesOf = (arrivals: Arrivals, { count = COUNT, untilMs }: { count?: number; untilMs?: number }): number[] => {
  const times: number[] = [];
  for (const timeMs of arrivals) {
    if (untilMs !== undefined && timeMs >= untilMs) break;
    times.push(timeMs);
    if (times.length === count) break;
  }
  return times;
};

const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((timeMs, index) => timeMs - (times[index] as number));

/** How many of the times lie in each of so many windows. */
const countsOf = (times: readonly number[], windowMs: number, windows: number): number[] => {
  const counts = new Array<number>(windows).fill(0);
  for (const timeMs of times) counts[Math.floor(timeMs / windowMs)] = (counts[Math.floor(timeMs / windowMs)] ?? 0) + 1;
  return counts;
};

describe('at a constant rate', () => {
  const RATE = { kind: 'constant', rate_rps: 5 } as const;

  test('constant arrivals have a coefficient of variation of 0 and start at 0', () => {
    const times = timesOf(arrivalsOf({ process: 'constant' }, RATE), { count: COUNT });
    expect(times.slice(0, 4)).toEqual([0, 200, 400, 600]);
    expect(times.at(-1)).toBe((COUNT - 1) * 200);
    expect(coefficientOfVariation(gapsOf(times))).toBe(0);
  });

  test('Poisson arrivals have these times for ever', () => {
    expect(timesOf(arrivalsOf({ process: 'poisson' }, { kind: 'constant', rate_rps: 10 }), { count: 4 })).toEqual([
      29.748133040211204, 104.61518181352997, 312.06720500096094, 339.71526024573956,
    ]);
  });

  test('Poisson arrivals have an index of dispersion of 1 over 20,000 windows of a second', () => {
    const times = timesOf(arrivalsOf({ process: 'poisson' }, RATE, 1), { count: COUNT });
    // Standard error √(2/20,000) = 0.01.
    expect(Math.abs((indexOfDispersion(times, 1000) as number) - 1)).toBeLessThan(0.05);
  });

  test.each([
    ['poisson', null, 1],
    ['gamma', 0.25, 2],
    ['gamma', 4, 0.5],
    ['weibull', 0.5, Math.sqrt(5)],
    ['weibull', 2, Math.sqrt(4 / Math.PI - 1)],
  ] as const)(
    '%s arrivals of shape %s have a coefficient of variation of %d, their own gaps and the rate',
    (process, shape, cv) => {
      const times = timesOf(arrivalsOf({ process, shape }, RATE, 2), { count: COUNT });
      const gaps = gapsOf(times);
      expect(Math.abs((times.at(-1) as number) / COUNT / 200 - 1)).toBeLessThan((4 * cv) / Math.sqrt(COUNT));
      // A sample's own deviation is off by a standard error of √((kurtosis − 1)/4n): 0.9 % for Weibull gaps of shape 0.5.
      expect(Math.abs((coefficientOfVariation(gaps) as number) / cv - 1)).toBeLessThan(shape === 0.5 ? 0.04 : 0.02);
      const { cdf } = createGapDistribution(process, shape ?? 1);
      const distance = ksDistance(Float64Array.from(gaps).sort(), (gapMs) => cdf(gapMs / 200));
      expect(kolmogorovPValue(distance, gaps.length)).toBeGreaterThan(0.01);
    },
  );

  test('Poisson arrivals with three decimals are still Poisson', () => {
    const times = timesOf(arrivalsOf({ process: 'poisson' }, RATE, 3), { count: COUNT }).map(toTimestamp);
    expect(times.every((timeMs) => Number(timeMs.toFixed(3)) === timeMs)).toBe(true);
    const gaps = gapsOf(times);
    const distance = ksDistance(Float64Array.from(gaps).sort(), (gapMs) => 1 - Math.exp(-gapMs / 200));
    expect(kolmogorovPValue(distance, gaps.length)).toBeGreaterThan(0.01);
    expect(Math.abs((coefficientOfVariation(gaps) as number) - 1)).toBeLessThan(0.02);
  });

  test('variance is not normalised away: counts of an hour differ from seed to seed as Poisson counts do', () => {
    const counts = Array.from(
      { length: 400 },
      (_, seed) =>
        timesOf(arrivalsOf({ process: 'poisson' }, { kind: 'constant', rate_rps: 0.1 }, seed), { untilMs: 3_600_000 })
          .length,
    );
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
    // 360 expected, with a variance of 360; standard errors: √(360/400) = 0.95, and √(2/400) = 7 % of the variance.
    expect(Math.abs(mean - 360)).toBeLessThan(4);
    expect(Math.abs(variance / 360 - 1)).toBeLessThan(0.28);
  });
});

describe('on a ramp from 1 to 10 requests per second in 100 s', () => {
  const RAMP = { kind: 'ramp', from_rps: 1, to_rps: 10, duration_ms: 100_000 } as const;
  // Mean rates of the quarters: 2.125, 4.375, 6.625, 8.875.
  const EXPECTED = [53.125, 109.375, 165.625, 221.875];

  test('constant arrivals have the requests that each quarter expects, to one', () => {
    const times = timesOf(arrivalsOf({ process: 'constant' }, RAMP), { untilMs: 100_000 });
    expect(times).toHaveLength(550);
    expect(times[0]).toBe(0);
    for (const [quarter, count] of countsOf(times, 25_000, 4).entries()) {
      expect(Math.abs(count - (EXPECTED[quarter] as number))).toBeLessThan(1);
    }
  });

  test('Poisson arrivals have as many on average, and differ as Poisson counts do', () => {
    const sums = [0, 0, 0, 0];
    let squares = 0;
    const runs = 400;
    for (let seed = 0; seed < runs; seed++) {
      const counts = countsOf(timesOf(arrivalsOf({ process: 'poisson' }, RAMP, seed), { untilMs: 100_000 }), 25_000, 4);
      for (const [quarter, count] of counts.entries()) {
        const expected = EXPECTED[quarter] as number;
        sums[quarter] = (sums[quarter] as number) + count;
        squares += (count - expected) ** 2 / expected;
      }
    }
    for (const [quarter, expected] of EXPECTED.entries()) {
      expect(Math.abs((sums[quarter] as number) / runs - expected)).toBeLessThan(4 * Math.sqrt(expected / runs));
    }
    // Chi-square of 1,600 degrees of freedom: standard deviation √3200 = 57; four of them.
    expect(Math.abs(squares - 4 * runs)).toBeLessThan(226);
  });
});

describe('where the rate is 0 for a while', () => {
  const PAUSES: RateDescription[] = [
    { kind: 'intervals', interval_ms: 1000, rates_rps: [0, 0, 10, 0, 3, 0, 0, 25] },
    {
      kind: 'steps',
      points: [0, 10, 0, 3, 0, 25, 0].map((rate_rps, index) => ({ time_ms: 1000 + 1500 * index, rate_rps })),
    },
    { kind: 'on_off', on_rps: 20, off_rps: 0, on_ms: 700, off_ms: 1300 },
    { kind: 'linear', points: [0, 0, 20, 0, 0, 10].map((rate_rps, index) => ({ time_ms: 1000 * index, rate_rps })) },
  ];

  test.each(PAUSES)('no request comes in the pauses of a $kind rate', (description) => {
    const rate = createRate(description);
    for (const process of ['constant', 'poisson', 'gamma', 'weibull'] as const) {
      const times = timesOf(arrivalsOf({ process }, description), { untilMs: 60_000 });
      expect(times.length).toBeGreaterThan(10);
      // A line that rises from 0 has its first request where it starts to.
      for (const timeMs of times) expect(rate.rateAt(timeMs + 1e-6)).toBeGreaterThan(0);
    }
  });

  test.each(PAUSES)('no request of a $kind rate is lost: constant arrivals are as many as expected', (description) => {
    const rate = createRate(description);
    const times = timesOf(arrivalsOf({ process: 'constant' }, description), { untilMs: 60_000 });
    expect(times).toHaveLength(Math.ceil(rate.expectedRequests(60_000) - 1e-9));
    for (const [index, timeMs] of times.entries()) expect(rate.expectedRequests(timeMs)).toBeCloseTo(index, 9);
  });

  test('constant arrivals at whole rates have exactly these in each second', () => {
    const rates_rps = [0, 7, 1, 0, 0, 300, 2, 0];
    const times = timesOf(arrivalsOf({ process: 'constant' }, { kind: 'intervals', interval_ms: 1000, rates_rps }), {});
    expect(countsOf(times, 1000, 8)).toEqual(rates_rps);
    expect(times[0]).toBe(1000);
  });
});

test('arrivals end where the rate is 0 for good', () => {
  const once: RateDescription = { kind: 'intervals', interval_ms: 10_000, rates_rps: [5] };
  expect(timesOf(arrivalsOf({ process: 'constant' }, once), {})).toHaveLength(50);
  const poisson = timesOf(arrivalsOf({ process: 'poisson' }, once), {});
  // 50 expected; four standard deviations.
  expect(Math.abs(poisson.length - 50)).toBeLessThan(28);
  expect(poisson.every((timeMs) => timeMs < 10_000)).toBe(true);
  for (const process of ['constant', 'poisson', 'gamma', 'weibull'] as const) {
    expect(timesOf(arrivalsOf({ process }, { kind: 'constant', rate_rps: 0 }), {})).toEqual([]);
    expect(timesOf(arrivalsOf({ process }, { kind: 'steps', points: [{ time_ms: 5, rate_rps: 0 }] }), {})).toEqual([]);
  }
});

test('a sine has its requests where it is high', () => {
  const periodMs = 8000;
  const sine = { kind: 'sine', mean_rps: 25, amplitude_rps: 25, period_ms: periodMs } as const;
  const rate = createRate(sine);
  const times = timesOf(arrivalsOf({ process: 'poisson' }, sine, 4), { count: COUNT });
  const periods = Math.floor((times.at(-1) as number) / periodMs);
  const whole = times.filter((timeMs) => timeMs < periods * periodMs).map((timeMs) => timeMs % periodMs);
  let chiSquare = 0;
  for (const [eighth, count] of countsOf(whole, periodMs / 8, 8).entries()) {
    const until = rate.expectedRequests(((eighth + 1) * periodMs) / 8);
    const expected = periods * (until - rate.expectedRequests((eighth * periodMs) / 8));
    chiSquare += (count - expected) ** 2 / expected;
  }
  // Eight independent counts: above 20.1 in 1 % of cases.
  expect(chiSquare).toBeLessThan(20.1);
});

test.each<RateDescription>([
  UNITY,
  { kind: 'constant', rate_rps: 1e6 },
  { kind: 'ramp', from_rps: 0, to_rps: 500, duration_ms: 100_000 },
  { kind: 'sine', mean_rps: 30, amplitude_rps: 30, period_ms: 700 },
  { kind: 'on_off', on_rps: 1000, off_rps: 1e-3, on_ms: 3, off_ms: 40 },
  { kind: 'intervals', interval_ms: 7, rates_rps: Array.from({ length: 5000 }, (_, index) => (index % 5) * 37.7) },
])('arrivals ascend, and the same seed gives the same, at $kind rate', (description) => {
  for (const options of [{ process: 'constant' }, { process: 'poisson' }, { process: 'gamma', shape: 0.1 }] as const) {
    const times = timesOf(arrivalsOf(options, description), { count: 5000 });
    expect(Math.min(...gapsOf(times))).toBeGreaterThanOrEqual(0);
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(timesOf(arrivalsOf(options, description), { count: 5000 })).toEqual(times);
  }
});

test('every problem of the options is named', () => {
  const random = createRandom(0, 'arrivals');
  const rate = createRate(UNITY);
  expect(() => createArrivals({ process: 'poisson', shape: 2, rate, random })).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringMatching(/arrivals: shape: is that of gamma gaps, or of weibull gaps from 0.1 on/),
    }),
  );
  expect(() => createArrivals({ process: 'gama' as 'gamma', shape: 0, rate, random })).toThrow(
    /process: .*shape: must be at least 0.01/,
  );
});
