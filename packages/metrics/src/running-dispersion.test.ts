import { createRandom, exponential } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { createRunningDispersion } from './running-dispersion.js';

const poissonTimes = (count: number, meanGapMs: number): number[] => {
  const gap = exponential(createRandom(5, 'running-dispersion'), 1 / meanGapMs);
  let time = 0;
  return Array.from({ length: count }, () => {
    time += gap();
    return time;
  });
};

/** By the definition: counts of every window but the last, their variance over their mean. */
const byDefinition = (times: readonly number[], windowMs: number): number => {
  const windows = times.map((time) => Math.floor(time / windowMs));
  const [first, last] = [Math.min(...windows), Math.max(...windows)];
  const counts = Array.from({ length: last - first }, () => 0);
  for (const window of windows) if (window < last) counts[window - first] = (counts[window - first] ?? 0) + 1;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  return variance / mean;
};

const running = (times: readonly number[], windowMs: number): number | null => {
  const dispersion = createRunningDispersion(windowMs);
  for (const time of times) dispersion.add(time);
  return dispersion.index();
};

describe('createRunningDispersion', () => {
  it.each([10, 100, 1000])('is what the definition says, in windows of %d ms', (windowMs) => {
    const times = poissonTimes(20_000, 3);
    expect(running(times, windowMs)).toBeCloseTo(byDefinition(times, windowMs), 9);
  });

  it('does not mind points a few seconds out of order', () => {
    const times = poissonTimes(5000, 20);
    const disordered = times.map((time, index) => (index % 10 === 0 ? Math.max(0, time - 4000) : time));
    expect(running(disordered, 100)).toBeCloseTo(byDefinition(disordered, 100), 9);
  });

  it('is 0 for equal gaps, and about 1 for Poisson arrivals', () => {
    expect(
      running(
        Array.from({ length: 1000 }, (_, index) => index * 10 + 1),
        100,
      ),
    ).toBeCloseTo(0, 9);
    // Over 1,000 windows the index of a Poisson process has a standard deviation of √(2/1000) = 0.045; four of them.
    expect(Math.abs(Number(running(poissonTimes(100_000, 10), 1000)) - 1)).toBeLessThan(0.18);
  });

  it('is null for fewer than two windows', () => {
    expect(running([], 10)).toBeNull();
    expect(running([1, 2, 3, 12], 10)).toBeNull();
  });
});
