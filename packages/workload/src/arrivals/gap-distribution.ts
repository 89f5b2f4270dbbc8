import { type Draw, exponential, gamma, type Random, weibull } from '@aibrix/core/random';
import { exponentialCdf, gammaCdf, logGamma, regularisedGamma, weibullCdf } from '@aibrix/metrics';
import type { ArrivalProcessName } from './arrival-processes.js';

/** The distribution of gaps, in units of their mean. */
export interface GapDistribution {
  /** Draws gaps of this mean. */
  draw(random: Random, mean: number): Draw;
  /** Probability of a gap of at most x means. */
  cdf(x: number): number;
  /** Integral of `cdf` from 0 to x. */
  integralOfCdf(x: number): number;
  /** About how many times steeper than an exponential the distribution is at its steepest; at least 1. */
  steepness: number;
}

const exponentialGaps: GapDistribution = {
  draw: (random, mean) => exponential(random, 1 / mean),
  cdf: (x) => exponentialCdf(x, 1),
  integralOfCdf: (x) => (x <= 0 ? 0 : x + Math.expm1(-x)),
  steepness: 1,
};

/** Variance 1/shape: the coefficient of variation is 1/√shape. */
const gammaGaps = (shape: number): GapDistribution => ({
  draw: (random, mean) => gamma(random, shape, mean / shape),
  cdf: (x) => gammaCdf(x, shape, 1 / shape),
  // By parts; the density times x is that of the next shape.
  integralOfCdf: (x) => x * regularisedGamma(shape, shape * x) - regularisedGamma(shape + 1, shape * x),
  steepness: Math.max(1, Math.sqrt(shape)),
});

/** Coefficient of variation √(Γ(1 + 2/shape) / Γ(1 + 1/shape)² − 1). */
const weibullGaps = (shape: number): GapDistribution => {
  const scale = Math.exp(-logGamma(1 + 1 / shape));
  return {
    draw: (random, mean) => weibull(random, shape, mean * scale),
    cdf: (x) => weibullCdf(x, shape, scale),
    // The integral of exp(−(s/scale)^shape) is an incomplete gamma function, and 1 in all, the mean.
    integralOfCdf: (x) => x - regularisedGamma(1 / shape, (x / scale) ** shape),
    steepness: Math.max(1, shape),
  };
};

/** The gaps of a process that draws them. A shape of 1 is exponential, whatever the name. */
export const createGapDistribution = (
  process: Exclude<ArrivalProcessName, 'constant'>,
  shape: number,
): GapDistribution => {
  if (process === 'gamma') return gammaGaps(shape);
  if (process === 'weibull') return weibullGaps(shape);
  return exponentialGaps;
};
