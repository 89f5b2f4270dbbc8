import { checkPercentiles, type PercentilesPlace } from './check-percentiles.js';
import { normalQuantile } from './normal-quantile.js';
import type { LengthPercentile } from './stat-steps.js';

/** What was asked at a percentile, and what the fit has there, in tokens. */
interface FittedPercentile {
  q: number;
  askedTokens: number;
  fittedTokens: number;
}

/** A lognormal distribution: exp of a normal with mean `mu` and standard deviation `sigma`. */
export interface LognormalFit {
  mu: number;
  sigma: number;
  /** In ascending order. */
  percentiles: FittedPercentile[];
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The line through points by least squares; level where all have one x. */
const regression = (xs: readonly number[], ys: readonly number[]): { intercept: number; slope: number } => {
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  const squares = meanOf(xs.map((x) => (x - meanX) ** 2));
  const products = meanOf(xs.map((x, index) => (x - meanX) * ((ys[index] as number) - meanY)));
  const slope = squares === 0 ? 0 : products / squares;
  return { intercept: meanY - slope * meanX, slope };
};

/**
 * The lognormal distribution nearest to percentiles: least squares between the logarithms of the lengths and the normal
 * variates at their shares; where p50 is among them, it is then moved so that its median is p50 and not merely near it.
 * Equal percentiles, and a single one, have no spread: sigma is 0.
 *
 * @param place for messages
 * @throws BenchmarkError `input` for percentiles that are out of order or not above 0
 */
export const fitLognormal = (percentiles: readonly LengthPercentile[], place: PercentilesPlace = {}): LognormalFit => {
  const ordered = checkPercentiles(percentiles, place);
  const variates = ordered.map(({ q }) => normalQuantile(q));
  const logarithms = ordered.map(({ tokens }) => Math.log(tokens));
  const { intercept, slope } = regression(variates, logarithms);
  const isLevel = ordered[0]?.tokens === ordered.at(-1)?.tokens;
  const sigma = isLevel ? 0 : slope;
  const median = ordered.find(({ q }) => q === 0.5);
  const mu = isLevel ? (logarithms[0] as number) : median ? Math.log(median.tokens) : intercept;
  return {
    mu,
    sigma,
    percentiles: ordered.map(({ q, tokens }, index) => ({
      q,
      askedTokens: tokens,
      fittedTokens: Math.exp(mu + sigma * (variates[index] as number)),
    })),
  };
};
