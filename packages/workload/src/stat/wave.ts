/** How far lengths go up and down over a step, as a share of the median. */
export const WAVE_AMPLITUDE = 0.2;

/** A lognormal distribution whose median rises and falls over a step: draws are exp(mu + sigma·z)·(1 + amplitude·sin). */
export interface WavingLognormal {
  mu: number;
  sigma: number;
  amplitude: number;
}

/** Dilogarithm for small arguments, by its series; the terms left out are below 1e-12. */
const dilogarithm = (x: number): number => x + x ** 2 / 4 + x ** 3 / 9 + x ** 4 / 16 + x ** 5 / 25;

/** The largest share of the variance that the sine may be: with more, the sum has not the tails of a lognormal any more. */
const MAX_SHARE = 0.25;

/**
 * Divides the spread of lengths in a step into a sine over the step, of ±20 % of the median, and noise, so that both
 * together have the spread given: percentiles of an export are those of the whole step, and a sine on top would add to
 * what they hold already. Where the spread is small (sigma below 0.286), so is the sine: it is a quarter of the variance.
 * Percentiles of the sum then lie within 2 % of those of the lognormal distribution.
 *
 * With a = 2b/(1 + b²), the logarithm of 1 + a·sin over a whole period has the mean −ln(1 + b²) and the variance
 * 2·Li₂(b²), from its Fourier series.
 */
export const wavingLognormal = ({ mu, sigma }: { mu: number; sigma: number }): WavingLognormal => {
  const usual = (1 - Math.sqrt(1 - WAVE_AMPLITUDE ** 2)) / WAVE_AMPLITUDE;
  const b = Math.min(usual, sigma * Math.sqrt(MAX_SHARE / 2));
  return {
    mu: mu + Math.log1p(b ** 2),
    sigma: Math.sqrt(sigma ** 2 - 2 * dilogarithm(b ** 2)),
    amplitude: (2 * b) / (1 + b ** 2),
  };
};

/** The sine over a step, from −1 to 1. */
export const waveAt = (timeMs: number, step: { timeMs: number; durationMs: number }): number =>
  Math.sin((2 * Math.PI * (timeMs - step.timeMs)) / step.durationMs);
