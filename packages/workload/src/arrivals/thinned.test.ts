import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { createArrivals } from './create-arrivals.js';
import { createRate } from './create-rate.js';
import { createProcessCheck } from './process-check.js';
import { thinnedArrivals } from './thinned.js';

const SINE = createRate({ kind: 'sine', mean_rps: 20, amplitude_rps: 15, period_ms: 10_000 });
const DURATION_MS = 1_000_000;
const random = (stream: string) => createRandom(9, stream);

const thinnedSine = (): number[] => [
  ...thinnedArrivals({ rateAt: SINE.rateAt, maxRatePerSecond: 35, durationMs: DURATION_MS, random: random('thinned') }),
];

describe('thinned arrivals', () => {
  test('are those of a change of time in distribution, phase by phase', () => {
    const changed: number[] = [];
    for (const timeMs of createArrivals({ process: 'poisson', rate: SINE, random: random('changed') })) {
      if (timeMs >= DURATION_MS) break;
      changed.push(timeMs);
    }
    const countsOf = (times: readonly number[]): number[] => {
      const counts = new Float64Array(20);
      for (const timeMs of times) {
        const bin = Math.floor((timeMs % 10_000) / 500);
        counts[bin] = (counts[bin] as number) + 1;
      }
      return [...counts];
    };
    const [a, b] = [countsOf(thinnedSine()), countsOf(changed)];
    // Two independent Poisson counts in 20 bins: above 37.6 in 1 % of cases.
    const chiSquare = a.reduce(
      (sum, count, bin) => sum + (count - (b[bin] as number)) ** 2 / (count + (b[bin] as number)),
      0,
    );
    expect(chiSquare).toBeLessThan(37.6);
    expect(Math.min(...a)).toBeGreaterThan(200);
  });

  test('are a Poisson process of that rate', () => {
    const check = createProcessCheck({ process: 'poisson', rate: SINE, resolutionMs: 0 });
    for (const timeMs of thinnedSine()) check.add(timeMs);
    expect(check.result().p_value).toBeGreaterThan(0.01);
    const wrong = createProcessCheck({
      process: 'poisson',
      rate: createRate({ kind: 'constant', rate_rps: 20 }),
      resolutionMs: 0,
    });
    for (const timeMs of thinnedSine()) wrong.add(timeMs);
    expect(wrong.result().p_value).toBeLessThan(1e-6);
  });

  test('end at the duration, and where the rate is never above 0', () => {
    expect(Math.max(...thinnedSine())).toBeLessThan(DURATION_MS);
    const none = { rateAt: () => 0, durationMs: 10_000, random: random('none') };
    expect([...thinnedArrivals({ ...none, maxRatePerSecond: 10 })]).toEqual([]);
    expect([...thinnedArrivals({ ...none, maxRatePerSecond: 0, durationMs: Number.POSITIVE_INFINITY })]).toEqual([]);
  });

  test.each([
    ['above the maximum', 10.1],
    ['below 0', -1],
    ['no number', Number.NaN],
  ])('stop at a rate that is %s', (_, rate) => {
    const arrivals = thinnedArrivals({
      rateAt: () => rate,
      maxRatePerSecond: 10,
      durationMs: 1e6,
      random: random('bad'),
    });
    expect(() => arrivals.next()).toThrow(
      expect.objectContaining({ code: 'usage', hint: expect.stringContaining('maxRatePerSecond') }),
    );
  });

  test('refuse options that mean nothing', () => {
    const options = { rateAt: () => 1, maxRatePerSecond: -1, durationMs: 0, random: random('bad') };
    expect(() => thinnedArrivals(options)).toThrow(
      /maxRatePerSecond: must not be negative; durationMs: must be above 0/,
    );
  });
});
