import { logGamma } from '@aibrix/metrics';

/** What gaps between requests are drawn from. */
export type GapFamily = 'gamma' | 'weibull';

/** Coefficient of variation of a Weibull distribution with the shape k: √(Γ(1 + 2/k) / Γ(1 + 1/k)² − 1). */
const weibullCv = (shape: number): number =>
  Math.sqrt(Math.expm1(logGamma(1 + 2 / shape) - 2 * logGamma(1 + 1 / shape)));

const MIN_SHAPE = 0.05;
const MAX_SHAPE = 1000;
/** Each halves the interval: more than the digits of a double. */
const HALVINGS = 60;

/** The CV falls with the shape, so halving finds it. Shapes outside of the interval are as good as its ends. */
const weibullShape = (cv: number): number => {
  let low = Math.log(MIN_SHAPE);
  let high = Math.log(MAX_SHAPE);
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (weibullCv(Math.exp(middle)) > cv) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
};

/**
 * The shape with which gaps have a coefficient of variation: 1/cv² for gamma, for Weibull the root of its formula. Infinite
 * for a CV of 0, where all gaps are equal.
 */
export const gapShape = (family: GapFamily, cv: number): number => {
  if (cv === 0) return Number.POSITIVE_INFINITY;
  return family === 'gamma' ? 1 / cv ** 2 : weibullShape(cv);
};
