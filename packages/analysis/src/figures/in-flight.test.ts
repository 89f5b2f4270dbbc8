import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { createInFlight } from './in-flight.js';

describe('createInFlight', () => {
  it('weighs by time', () => {
    const inFlight = createInFlight();
    inFlight.add(10, 14);
    inFlight.add(12, 13);
    // 10–12: 1, 12–13: 2, 13–14: 1, 14–20: 0.
    expect(inFlight.slices([10, 20])).toEqual([{ mean: 5 / 10, max: 2 }]);
    expect(inFlight.slices([10, 12, 13, 20])).toEqual([
      { mean: 1, max: 1 },
      { mean: 2, max: 2 },
      { mean: 1 / 7, max: 1 },
    ]);
  });

  it('cuts what reaches over the edges', () => {
    const inFlight = createInFlight();
    inFlight.add(0, 100);
    expect(inFlight.slices([50, 60])).toEqual([{ mean: 1, max: 1 }]);
  });

  it('does not count one that ends with one that starts at the same time', () => {
    const inFlight = createInFlight();
    inFlight.add(1, 2);
    inFlight.add(2, 3);
    expect(inFlight.slices([1, 3])).toEqual([{ mean: 1, max: 1 }]);
  });

  it('is 0 where there is nothing', () => {
    expect(createInFlight().slices([1, 3])).toEqual([{ mean: 0, max: 0 }]);
    expect(createInFlight().slices([])).toEqual([]);
  });

  const random = createRandom(3, 'in-flight');
  const requests = Array.from({ length: 2000 }, () => {
    const start = 1_790_000_000 + random.next() * 100;
    return { start, end: start + random.next() * 3 };
  });
  const sumOfSeconds = requests.reduce((sum, { start, end }) => sum + (end - start), 0);
  const maximum = Math.max(
    ...requests.map(({ start }) => requests.filter((other) => other.start <= start && start < other.end).length),
  );

  it('finds mean and maximum of many, in any order', () => {
    const inFlight = createInFlight();
    for (const { start, end } of requests) inFlight.add(start, end);
    expect(inFlight.resolutionSeconds).toBe(0);
    const [whole] = inFlight.slices([1_790_000_000, 1_790_000_103]);
    expect(whole?.mean).toBeCloseTo(sumOfSeconds / 103, 5);
    expect(whole?.max).toBe(maximum);
  });

  it('goes over to a grid when there are too many, and says so', () => {
    const inFlight = createInFlight({ maxPoints: 1000 });
    for (const { start, end } of requests) inFlight.add(start, end);
    expect(inFlight.resolutionSeconds).toBeGreaterThan(0);
    expect(inFlight.resolutionSeconds).toBeLessThan(1);
    const [whole] = inFlight.slices([1_789_999_999, 1_790_000_104]);
    expect(whole?.mean).toBeCloseTo(sumOfSeconds / 105, 1);
    expect(Math.abs((whole?.max ?? 0) - maximum)).toBeLessThanOrEqual(3);
  });
});
