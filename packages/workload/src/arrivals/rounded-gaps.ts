import type { GapDistribution } from './gap-distribution.js';

/** From this many steps of the rounding on, the distribution is as good as linear over a step. */
const CURVED_STEPS = 64;
/** At most this many answers are kept: 8 MB. */
const MAX_KEPT = 1_000_000;

/**
 * Makes gaps between rounded times uniform if they are of a distribution: a gap x becomes F(x), spread evenly over what
 * the rounding leaves open.
 *
 * The difference of two times that were rounded to steps of h is a whole number of steps, and at most k of them with the
 * probability ∫ F(s) ds / h from kh to (k + 1)h, because a time may stand anywhere in its step. That is far from F
 * itself where gaps are short: of bursty gaps, a tenth may be shorter than a step.
 */
export interface RoundedGaps {
  /**
   * @param gap in means, a multiple of `step`
   * @param step of the rounding, in means; 0 without rounding
   * @param share where in what is left open, from 0 to 1: an independent uniform number
   */
  toUniform(gap: number, step: number, share: number): number;
}

/** Probability of a rounded gap of at most `gap`, a multiple of `step`. */
const probabilityUpTo = (integralOfCdf: (x: number) => number, gap: number, step: number): number =>
  Math.min(1, Math.max(0, (integralOfCdf(gap + step) - integralOfCdf(gap)) / step));

/** For steps that change with every gap, as they do in expected requests of a rate that changes. */
export const createRoundedGaps = ({ cdf, integralOfCdf, steepness }: GapDistribution): RoundedGaps => {
  const curvedSteps = CURVED_STEPS * steepness;
  return {
    toUniform(gap, step, share) {
      if (gap >= curvedSteps * step) return cdf(gap + (share - 0.5) * step);
      const steps = Math.round(gap / step);
      if (steps === 0) return share * probabilityUpTo(integralOfCdf, 0, step);
      // A short gap is a difference of large numbers: a whole number of steps is nearer to what it was.
      const whole = steps < CURVED_STEPS ? steps * step : gap;
      const below = probabilityUpTo(integralOfCdf, whole - step, step);
      return below + share * (probabilityUpTo(integralOfCdf, whole, step) - below);
    },
  };
};

/** For one step, above 0, and any number of gaps: what is costly to say is said once. */
export const createEvenlyRoundedGaps = (distribution: GapDistribution, step: number): RoundedGaps => {
  const { cdf, integralOfCdf, steepness } = distribution;
  const kept = new Float64Array(Math.min(MAX_KEPT, Math.ceil(CURVED_STEPS * steepness))).fill(-1);
  const atMost = (steps: number): number => {
    const known = kept[steps] as number;
    if (known >= 0) return known;
    const probability = probabilityUpTo(integralOfCdf, steps * step, step);
    kept[steps] = probability;
    return probability;
  };
  return {
    toUniform(gap, _, share) {
      const steps = Math.round(gap / step);
      if (steps >= kept.length) return cdf(gap + (share - 0.5) * step);
      const below = steps === 0 ? 0 : atMost(steps - 1);
      return below + share * (atMost(steps) - below);
    },
  };
};
