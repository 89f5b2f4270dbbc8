import { describe, expect, it } from 'vitest';
import {
  type Draw,
  exponential,
  gamma,
  lognormal,
  normal,
  pareto,
  paretoOf,
  poisson,
  truncatedNormal,
  weibull,
} from './distributions.js';
import { createRandom } from './random.js';

const COUNT = 200_000;

const meanAndStd = (draw: Draw): { mean: number; std: number; values: number[] } => {
  const values = Array.from({ length: COUNT }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (COUNT - 1);
  return { mean, std: Math.sqrt(variance), values };
};

const random = (stream: string) => createRandom(11, stream);

describe('means and standard deviations', () => {
  // name, draw, mean, standard deviation; the mean may be off by four standard errors, the deviation by 2 %.
  it.each<[string, Draw, number, number]>([
    ['exponential', exponential(random('e'), 4), 0.25, 0.25],
    ['normal', normal(random('n'), 10, 3), 10, 3],
    ['gamma, shape 0.5', gamma(random('g'), 0.5, 2), 1, Math.SQRT2],
    ['weibull, shape 2', weibull(random('w'), 2, 1), Math.sqrt(Math.PI) / 2, Math.sqrt(1 - Math.PI / 4)],
    ['poisson', poisson(random('p'), 30), 30, Math.sqrt(30)],
    ['lognormal', lognormal(random('l'), 0, 0.5), Math.exp(0.125), Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1)],
    ['pareto of 80 ± 40', pareto(random('pa'), ...parametersOf(80, 40)), 80, 40],
  ])('%s', (_, draw, expectedMean, expectedStd) => {
    const { mean, std } = meanAndStd(draw);
    expect(Math.abs(mean - expectedMean)).toBeLessThan((4 * expectedStd) / Math.sqrt(COUNT));
    expect(Math.abs(std / expectedStd - 1)).toBeLessThan(0.02);
  });
});

function parametersOf(mean: number, std: number): [number, number] {
  const { alpha, minimum } = paretoOf(mean, std);
  return [alpha, minimum];
}

describe('paretoOf', () => {
  it.each([
    [80, 472],
    [1000, 10],
    [3, 3],
  ])('has mean %d and standard deviation %d by the closed formulas', (mean, std) => {
    const { alpha, minimum } = paretoOf(mean, std);
    const variance = (minimum ** 2 * alpha) / ((alpha - 1) ** 2 * (alpha - 2));
    expect((alpha * minimum) / (alpha - 1)).toBeCloseTo(mean, 9);
    expect(Math.sqrt(variance) / std).toBeCloseTo(1, 9);
  });
});

describe('truncatedNormal', () => {
  it('stays inside and piles nothing up at the ends', () => {
    const { values } = meanAndStd(truncatedNormal(random('t'), { mean: 0, std: 1, minimum: -0.5, maximum: 2 }));
    expect(values.every((value) => value >= -0.5 && value <= 2)).toBe(true);
    expect(values.filter((value) => value === -0.5 || value === 2)).toEqual([]);
  });

  it('gives the nearest end where there is next to no probability', () => {
    expect(truncatedNormal(random('t'), { mean: 0, std: 1, minimum: 50, maximum: 60 })()).toBe(50);
  });

  it('is constant without deviation', () => {
    expect(truncatedNormal(random('t'), { mean: 5, std: 0, minimum: 1, maximum: 10 })()).toBe(5);
  });
});
