import { fitLognormal } from './fit-lognormal.js';
import { type LengthStatistic, percentileName } from './stat-steps.js';
import { WAVE_AMPLITUDE, wavingLognormal } from './wave.js';

/** A figure that lengths are to have, in tokens. */
export interface AskedFigure {
  /** `p50`, `p99`, …, or `mean`. */
  statistic: string;
  /** Its share; null for the mean. */
  q: number | null;
  asked: number;
  /** What the fitted distribution has. */
  fit: number;
}

/** Lengths of the requests in a step. */
export interface LengthModel {
  figures: readonly AskedFigure[];
  /**
   * A whole number of tokens, at least 1.
   *
   * @param variate a draw of the standard normal distribution
   * @param wave where the sine over the step stands, from −1 to 1
   */
  tokens(variate: number, wave: number): number;
}

/** What a request can ask for at most, whatever the model. */
const MAX_TOKENS = 2 ** 31 - 1;

const wholeTokens = (length: number): number => Math.min(MAX_TOKENS, Math.max(1, Math.round(length)));

/**
 * The lengths that a statistic describes: of percentiles the fitted lognormal distribution, with a sine over the step
 * within its spread; of a mean, which says nothing of the spread, that sine of ±20 % alone.
 *
 * @param scale divides lengths
 */
export const lengthModel = (statistic: LengthStatistic, scale: number): LengthModel => {
  if (statistic.kind === 'mean') {
    const mean = statistic.tokens / scale;
    return {
      figures: [{ statistic: 'mean', q: null, asked: mean, fit: mean }],
      tokens: (_, wave) => wholeTokens(mean * (1 + WAVE_AMPLITUDE * wave)),
    };
  }
  const fit = fitLognormal(statistic.percentiles);
  const { mu, sigma, amplitude } = wavingLognormal({ mu: fit.mu - Math.log(scale), sigma: fit.sigma });
  return {
    figures: fit.percentiles.map(({ q, askedTokens, fittedTokens }) => ({
      statistic: percentileName(q),
      q,
      asked: askedTokens / scale,
      fit: fittedTokens / scale,
    })),
    tokens: (variate, wave) => wholeTokens(Math.exp(mu + sigma * variate) * (1 + amplitude * wave)),
  };
};
