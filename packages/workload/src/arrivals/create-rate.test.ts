import { createRandom, type Random } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { createRate } from './create-rate.js';
import type { RateDescription } from './rate-description.js';

const points = (...pairs: [number, number][]) => pairs.map(([time_ms, rate_rps]) => ({ time_ms, rate_rps }));

/** A description of each kind, with rates of 0 in one of four places. */
const RANDOM_RATES: Record<string, (random: Random) => RateDescription> = {
  constant: (random) => ({ kind: 'constant', rate_rps: 0.001 + 1000 * random.next() ** 3 }),
  ramp: (random) => ({
    kind: 'ramp',
    from_rps: rateOf(random),
    to_rps: 1 + rateOf(random),
    duration_ms: 1 + 1e5 * random.next(),
  }),
  linear: (random) => ({ kind: 'linear', points: pointsOf(random) }),
  steps: (random) => ({ kind: 'steps', points: pointsOf(random) }),
  intervals: (random) => ({
    kind: 'intervals',
    interval_ms: 1 + random.below(5000),
    rates_rps: [3, ...Array.from({ length: random.below(50) }, () => rateOf(random))],
  }),
  sine: (random) => {
    const mean_rps = 0.01 + 100 * random.next();
    const amplitude_rps = random.below(3) === 0 ? mean_rps : mean_rps * random.next();
    return {
      kind: 'sine',
      mean_rps,
      amplitude_rps,
      period_ms: 10 + 1e5 * random.next(),
      phase_ms: 1e5 * (random.next() - 0.5),
    };
  },
  on_off: (random) => ({
    kind: 'on_off',
    on_rps: rateOf(random),
    off_rps: 0.5 + rateOf(random),
    on_ms: 1 + 1e4 * random.next(),
    off_ms: 1 + 1e4 * random.next(),
  }),
};

function rateOf(random: Random): number {
  return random.below(4) === 0 ? 0 : 200 * random.next();
}

function pointsOf(random: Random) {
  let time_ms = random.below(2) * 100;
  return Array.from({ length: 1 + random.below(30) }, () => {
    time_ms += 1 + 5000 * random.next();
    return { time_ms, rate_rps: rateOf(random) };
  });
}

describe.each(Object.entries(RANDOM_RATES))('any %s rate', (kind, describeRate) => {
  const random = createRandom(7, `rates/${kind}`);
  const rates = Array.from({ length: 200 }, () => createRate(describeRate(random)));

  test('has an inverse of its integral, to a billionth of a request', () => {
    for (const rate of rates) {
      for (let draw = 0; draw < 50; draw++) {
        const requests = 3000 * random.next() ** 2;
        const timeMs = rate.timeOf(requests);
        if (timeMs === Number.POSITIVE_INFINITY) {
          expect(rate.expectedRequests(1e9)).toBeLessThanOrEqual(requests + 1e-9);
        } else {
          // Times are exact to 2^-52 of themselves, whatever that is in requests.
          const bound = 1e-9 + (rate.rateAt(timeMs) + 300) * timeMs * 2 ** -50;
          expect(Math.abs(rate.expectedRequests(timeMs) - requests)).toBeLessThan(bound);
        }
      }
    }
  });

  test('has times in the order of requests, and none where the rate is 0 from then on', () => {
    for (const rate of rates) {
      const asked = Array.from({ length: 50 }, () => 100 * random.next()).sort((a, b) => a - b);
      const times = asked.map((requests) => rate.timeOf(requests));
      const finite = times.filter((timeMs) => timeMs < Number.POSITIVE_INFINITY);
      // Those that never come are the last ones.
      expect(times.slice(0, finite.length)).toEqual(finite);
      for (const [index, timeMs] of finite.entries()) {
        expect(timeMs).toBeGreaterThanOrEqual((finite[index - 1] ?? 0) - 1e-9 * timeMs);
        expect(rate.expectedRequests(timeMs + 1)).toBeGreaterThan(rate.expectedRequests(timeMs));
      }
    }
  });

  test('has an integral that is one', () => {
    for (const rate of rates.slice(0, 30)) {
      const [fromMs, toMs] = [900 * random.next(), 1000 + 20_000 * random.next()];
      const steps = 20_000;
      let sum = 0;
      for (let step = 0; step < steps; step++) sum += rate.rateAt(fromMs + ((step + 0.5) / steps) * (toMs - fromMs));
      const integral = (sum * (toMs - fromMs)) / steps / 1000;
      // The middle of a step is off by half a step where the rate jumps, by up to 200 in up to a thousand places.
      const bound =
        kind === 'on_off' || kind === 'steps' || kind === 'intervals' ? 0.02 * integral + 2 : 1e-3 * integral + 1e-3;
      expect(Math.abs(rate.expectedRequests(toMs) - rate.expectedRequests(fromMs) - integral)).toBeLessThan(bound);
    }
  });

  test('is the same after a way through JSON, and says what it was made of', () => {
    for (const rate of rates.slice(0, 20)) {
      const again = createRate(JSON.parse(JSON.stringify(rate.description)) as RateDescription);
      expect(again.description).toEqual(rate.description);
      expect(again.timeOf(12.5)).toBe(rate.timeOf(12.5));
    }
  });
});

describe('a ramp', () => {
  const ramp = createRate({ kind: 'ramp', from_rps: 1, to_rps: 10, duration_ms: 60_000 });

  test('is linear in time: from 1 to 10 it has 5.5 at half time, and then stays', () => {
    expect([0, 15_000, 30_000, 60_000, 1e9].map((timeMs) => ramp.rateAt(timeMs))).toEqual([1, 3.25, 5.5, 10, 10]);
  });

  test('expects what the area below it holds', () => {
    expect(ramp.expectedRequests(60_000)).toBeCloseTo(330, 12);
    expect(ramp.expectedRequests(30_000)).toBeCloseTo(97.5, 12);
    expect(ramp.expectedRequests(61_000)).toBeCloseTo(340, 12);
    expect(ramp.timeOf(97.5)).toBeCloseTo(30_000, 9);
    expect(ramp.timeOf(340)).toBeCloseTo(61_000, 9);
  });

  test('may go down to 0, and then has no more requests than its area', () => {
    const down = createRate({ kind: 'ramp', from_rps: 10, to_rps: 0, duration_ms: 2000 });
    expect(down.timeOf(7.5)).toBeCloseTo(1000, 9);
    expect(down.timeOf(9.999)).toBeLessThan(2000);
    expect(down.timeOf(10)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a linear rate', () => {
  test('has the first rate before the first point and the last one after the last', () => {
    const rate = createRate({ kind: 'linear', points: points([1000, 2], [2000, 4]) });
    expect([0, 999, 1500, 2000, 5000].map((timeMs) => rate.rateAt(timeMs))).toEqual([2, 2, 3, 4, 4]);
    expect(rate.expectedRequests(2000)).toBeCloseTo(5, 12);
  });

  test('jumps where two points have one time', () => {
    const rate = createRate({ kind: 'linear', points: points([0, 2], [1000, 2], [1000, 8], [2000, 0]) });
    expect([0, 999, 1000, 1500, 2000].map((timeMs) => rate.rateAt(timeMs))).toEqual([2, 2, 8, 4, 0]);
    expect(rate.expectedRequests(3000)).toBeCloseTo(6, 12);
  });
});

describe('steps and intervals', () => {
  test('are 0 before the first step, and after the last interval', () => {
    const steps = createRate({ kind: 'steps', points: points([1000, 2], [3000, 0], [4000, 1]) });
    expect([0, 999, 1000, 3500, 4000, 1e9].map((timeMs) => steps.rateAt(timeMs))).toEqual([0, 0, 2, 0, 1, 1]);
    const intervals = createRate({ kind: 'intervals', interval_ms: 500, rates_rps: [2, 0, 4] });
    expect([0, 499, 500, 1000, 1499, 1500].map((timeMs) => intervals.rateAt(timeMs))).toEqual([2, 2, 0, 4, 4, 0]);
    expect(intervals.expectedRequests(1e9)).toBe(3);
  });

  test('put a request that is due where the rate falls to 0 behind the pause', () => {
    const rate = createRate({ kind: 'steps', points: points([1000, 2], [3000, 0], [4000, 1]) });
    expect([0, 3, 4, 5].map((requests) => rate.timeOf(requests))).toEqual([1000, 2500, 4000, 5000]);
  });

  test('do not lose that in sums that are not whole numbers', () => {
    // Ten times 0.1 is not 1 in binary numbers, and a thousand of 0.7 no 700.
    for (const rps of [0.1, 0.7, 1 / 3]) {
      const rates_rps = [...new Array<number>(3000).fill(rps), 0, 1];
      const rate = createRate({ kind: 'intervals', interval_ms: 1000, rates_rps });
      expect(rate.timeOf(3000 * rps)).toBe(3001 * 1000);
      expect(rate.timeOf(3000 * rps + 1)).toBe(Number.POSITIVE_INFINITY);
    }
    // 13, and in binary numbers a little more: the fourteenth request must not come just before the pause.
    const rates_rps = [72 / 7, 18 / 7, 1 / 7, 0, 1];
    expect(createRate({ kind: 'intervals', interval_ms: 1000, rates_rps }).timeOf(13)).toBe(4000);
  });
});

describe('a sine', () => {
  const sine = createRate({ kind: 'sine', mean_rps: 10, amplitude_rps: 10, period_ms: 60_000 });

  test('starts at its mean, rises, and comes back', () => {
    for (const [timeMs, rate] of [
      [0, 10],
      [15_000, 20],
      [30_000, 10],
      [45_000, 0],
      [60_000, 10],
    ] as const) {
      expect(sine.rateAt(timeMs)).toBeCloseTo(rate, 9);
    }
    const shifted = createRate({ ...sine.description, phase_ms: 15_000 } as RateDescription);
    expect(shifted.rateAt(0)).toBeCloseTo(20, 9);
  });

  test('finds the time of any request, also where the rate is 0 or next to it', () => {
    const random = createRandom(8, 'sine');
    for (const amplitude_rps of [10, 9.999999, 9.9]) {
      const rate = createRate({ kind: 'sine', mean_rps: 10, amplitude_rps, period_ms: 60_000 });
      const atLowest = rate.expectedRequests(45_000);
      for (let draw = 0; draw < 20_000; draw++) {
        const requests = draw % 2 ? 600 * random.next() : atLowest + (random.next() - 0.5) * 10 ** -random.below(10);
        expect(Math.abs(rate.expectedRequests(rate.timeOf(requests)) - requests)).toBeLessThan(1e-9);
      }
    }
  });

  test('expects its mean over whole periods, also after a year', () => {
    const year = 365 * 24 * 60;
    expect(sine.expectedRequests(60_000 * year)).toBeCloseTo(600 * year, 6);
    expect(sine.timeOf(600 * year + 300)).toBeCloseTo(60_000 * year + sine.timeOf(300), 3);
  });
});

describe('an on-off rate', () => {
  test('puts a request behind the pause, also where a thousand spells do not add up in binary numbers', () => {
    const rate = createRate({ kind: 'on_off', on_rps: 0.1, off_rps: 0, on_ms: 30, off_ms: 70 });
    for (const requests of [3, 6, 9]) expect(rate.timeOf(requests)).toBe((requests / 3) * 100_000);
  });

  test('has a time for every request, also where a spell holds a ten-billionth of one', () => {
    const rate = createRate({ kind: 'on_off', on_rps: 1e-6, off_rps: 0, on_ms: 0.1, off_ms: 0.9 });
    expect(Math.abs(rate.timeOf(1) / 1e10 - 1)).toBeLessThan(1e-8);
  });

  test('starts on, and has nothing due while it is off at 0', () => {
    const rate = createRate({ kind: 'on_off', on_rps: 10, off_rps: 0, on_ms: 1000, off_ms: 500 });
    expect([0, 999, 1000, 1499, 1500].map((timeMs) => rate.rateAt(timeMs))).toEqual([10, 10, 0, 0, 10]);
    expect([0, 9, 10, 25, 30].map((requests) => rate.timeOf(requests))).toEqual([0, 900, 1500, 3500, 4500]);
  });

  test('has requests at both rates', () => {
    const rate = createRate({ kind: 'on_off', on_rps: 10, off_rps: 2, on_ms: 1000, off_ms: 500 });
    expect(rate.expectedRequests(3000)).toBe(22);
    expect([10, 10.5, 11, 21.5].map((requests) => rate.timeOf(requests))).toEqual([1000, 1250, 1500, 2750]);
  });
});

test.each<RateDescription>([
  { kind: 'constant', rate_rps: 0 },
  { kind: 'steps', points: points([0, 0]) },
  { kind: 'intervals', interval_ms: 1000, rates_rps: [0, 0] },
  { kind: 'sine', mean_rps: 0, amplitude_rps: 0, period_ms: 1000 },
  { kind: 'on_off', on_rps: 0, off_rps: 0, on_ms: 1, off_ms: 1 },
])('a $kind rate of 0 for good never gets anywhere', (description) => {
  expect(createRate(description).timeOf(0)).toBe(Number.POSITIVE_INFINITY);
});

test.each<[string, unknown, RegExp]>([
  ['an unknown kind', { kind: 'square' }, /rate: kind: must be one of constant, ramp/],
  ['an unknown key', { kind: 'constant', rate_rps: 1, rps: 2 }, /rps/],
  ['a missing rate', { kind: 'constant' }, /rate_rps: must be a number/],
  [
    'a negative rate',
    { kind: 'ramp', from_rps: -1, to_rps: 1, duration_ms: 0 },
    /from_rps: must not be negative; duration_ms: must be above 0/,
  ],
  ['a rate of infinity', { kind: 'constant', rate_rps: Number.POSITIVE_INFINITY }, /rate_rps/],
  [
    'points out of order',
    { kind: 'linear', points: points([5, 1], [4, 1]) },
    /points\[1\]\.time_ms: must not be before/,
  ],
  ['two steps at one time', { kind: 'steps', points: points([5, 1], [5, 1]) }, /points\[1\]\.time_ms: must be after/],
  ['no points', { kind: 'steps', points: [] }, /points: must hold at least one point/],
  ['no rates', { kind: 'intervals', interval_ms: 1, rates_rps: [] }, /rates_rps: must hold at least one rate/],
  [
    'an amplitude above the mean',
    { kind: 'sine', mean_rps: 1, amplitude_rps: 2, period_ms: 1 },
    /amplitude_rps: must be at most mean_rps/,
  ],
])('%s is refused', (_, description, message) => {
  expect(() => createRate(description as RateDescription)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
  );
});
