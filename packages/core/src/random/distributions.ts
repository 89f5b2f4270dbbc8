import {
  randomExponential,
  randomGamma,
  randomLogNormal,
  randomNormal,
  randomPareto,
  randomPoisson,
  randomWeibull,
} from 'd3-random';
import type { Random } from './random.js';

/** Draws one number. */
export type Draw = () => number;

/** Exponential with the given rate (mean 1/rate). */
export const exponential = (random: Random, rate: number): Draw => randomExponential.source(random.next)(rate);

/** Normal with the given mean and standard deviation. */
export const normal = (random: Random, mean: number, std: number): Draw => randomNormal.source(random.next)(mean, std);

/** Lognormal: exp of a normal with mean `mu` and standard deviation `sigma`. */
export const lognormal = (random: Random, mu: number, sigma: number): Draw =>
  randomLogNormal.source(random.next)(mu, sigma);

/** Gamma with shape `shape` and scale `scale` (mean shape·scale). */
export const gamma = (random: Random, shape: number, scale: number): Draw =>
  randomGamma.source(random.next)(shape, scale);

/** Weibull with shape `shape`, scale `scale` and location 0. */
export const weibull = (random: Random, shape: number, scale: number): Draw =>
  randomWeibull.source(random.next)(shape, 0, scale);

/** Poisson with mean `mean`. */
export const poisson = (random: Random, mean: number): Draw => randomPoisson.source(random.next)(mean);

/** Pareto (type I) with shape `alpha` and smallest value `minimum`. */
export const pareto = (random: Random, alpha: number, minimum: number): Draw => {
  const draw = randomPareto.source(random.next)(alpha);
  return () => minimum * draw();
};

/**
 * Shape and smallest value of the Pareto distribution with the given mean and standard deviation:
 * alpha = 1 + √(1 + (mean/std)²), x_m = mean·(alpha − 1)/alpha.
 * From mean = α·x_m/(α−1) and variance = α·x_m²/((α−1)²(α−2)), solved for α.
 */
export const paretoOf = (mean: number, std: number): { alpha: number; minimum: number } => {
  const alpha = 1 + Math.sqrt(1 + (mean / std) ** 2);
  return { alpha, minimum: (mean * (alpha - 1)) / alpha };
};

/** How many rejected draws in a row mean that the interval has next to no probability. */
const MAX_REJECTIONS = 10_000;

/**
 * Normal, conditioned on [minimum, maximum]: values outside are drawn again, never clamped, so no value piles up at an
 * end. Where the interval holds next to none of the distribution, the end nearest to the mean is given.
 */
export const truncatedNormal = (
  random: Random,
  options: { mean: number; std: number; minimum: number; maximum: number },
): Draw => {
  const { mean, std, minimum, maximum } = options;
  if (std === 0) return () => Math.min(maximum, Math.max(minimum, mean));
  const draw = normal(random, mean, std);
  return () => {
    for (let attempt = 0; attempt < MAX_REJECTIONS; attempt++) {
      const value = draw();
      if (value >= minimum && value <= maximum) return value;
    }
    return Math.min(maximum, Math.max(minimum, mean));
  };
};
