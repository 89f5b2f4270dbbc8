import { gamma, type Random, weibull } from '@aibrix/core/random';
import { logGamma } from '@aibrix/metrics';
import { type GapFamily, gapShape } from './gap-shape.js';

/** Gaps with a mean of 1. */
export interface UnitGaps {
  next(): number;
  /** From a point of time that knows nothing of the requests before it to the first request after. */
  first(): number;
}

const equalGaps = (random: Random): UnitGaps => ({ next: () => 1, first: () => random.next() });

/**
 * Gaps of a family and a coefficient of variation. A first gap is what is left, at a random point, of the gap around it;
 * that gap is longer than others: one of length x is met x times as often. With it the expected number of requests is
 * right from the start, however bursty they are.
 */
export const unitGaps = (options: { family: GapFamily; cv: number; random: Random }): UnitGaps => {
  const { family, cv, random } = options;
  const shape = gapShape(family, cv);
  if (shape === Number.POSITIVE_INFINITY) return equalGaps(random);
  if (family === 'gamma') {
    const around = gamma(random, shape + 1, 1 / shape);
    return { next: gamma(random, shape, 1 / shape), first: () => around() * random.next() };
  }
  const scale = 1 / Math.exp(logGamma(1 + 1 / shape));
  // x times the density of a Weibull distribution is that of a power of a gamma variate.
  const around = gamma(random, 1 + 1 / shape, 1);
  return { next: weibull(random, shape, scale), first: () => scale * around() ** (1 / shape) * random.next() };
};
