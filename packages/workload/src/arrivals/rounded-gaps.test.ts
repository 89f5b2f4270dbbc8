import { createRandom } from '@aibrix/core/random';
import { createUniformDistance } from '@aibrix/metrics';
import { describe, expect, test } from 'vitest';
import { createGapDistribution } from './gap-distribution.js';
import { createEvenlyRoundedGaps, createRoundedGaps } from './rounded-gaps.js';

const COUNT = 100_000;

/** p-value of so many gaps between times rounded to multiples of `step`, all in means. */
const pValueOf = (
  [process, shape]: readonly ['poisson' | 'gamma' | 'weibull', number],
  step: number,
  toUniform: (gap: number, share: number) => number,
): number => {
  const draw = createGapDistribution(process, shape).draw(createRandom(5, `${process}/${shape}/${step}`), 1);
  const share = createRandom(6, 'share');
  const uniform = createUniformDistance();
  let time = 0;
  let previous = 0;
  for (let index = 0; index < COUNT; index++) {
    time += draw();
    const steps = Math.round(time / step);
    uniform.add(toUniform((steps - previous) * step, share.next()));
    previous = steps;
  }
  return uniform.result().p_value as number;
};

const PROCESSES = [
  ['poisson', 1],
  ['gamma', 0.25],
  ['gamma', 4],
  ['gamma', 1000],
  ['weibull', 0.3],
  ['weibull', 200],
] as const;

describe.each(PROCESSES)('rounded %s gaps of shape %d', (process, shape) => {
  const distribution = createGapDistribution(process, shape);

  test.each([1e-6, 1e-4, 0.01, 0.3, 5])('are still of their distribution, in steps of %d means', (step) => {
    const changing = createRoundedGaps(distribution);
    const even = createEvenlyRoundedGaps(distribution, step);
    expect(pValueOf([process, shape], step, (gap, share) => changing.toUniform(gap, step, share))).toBeGreaterThan(
      0.01,
    );
    expect(pValueOf([process, shape], step, (gap, share) => even.toUniform(gap, step, share))).toBeGreaterThan(0.01);
  });
});

test('without an allowance, gaps in bursts or in large steps would be taken for those of another process', () => {
  const bursty = createGapDistribution('gamma', 0.25);
  expect(pValueOf(['gamma', 0.25], 1e-4, (gap) => bursty.cdf(gap))).toBeLessThan(1e-6);
  const poisson = createGapDistribution('poisson', 1);
  expect(pValueOf(['poisson', 1], 0.03, (gap) => poisson.cdf(gap))).toBeLessThan(1e-6);
});

test('without a step, a gap is its probability', () => {
  const { cdf } = createGapDistribution('gamma', 3);
  const gaps = createRoundedGaps(createGapDistribution('gamma', 3));
  for (const gap of [0, 1e-9, 0.5, 7]) expect(gaps.toUniform(gap, 0, 0.9)).toBe(cdf(gap));
});
