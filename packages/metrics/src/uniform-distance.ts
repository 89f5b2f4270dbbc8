import { BenchmarkError } from '@aibrix/core/errors';
import { kolmogorovPValue } from './kolmogorov.js';

/** 2^16 bins: half a megabyte, and an error far below what ten million values can tell. */
const BINS = 65_536;

export interface UniformDistanceResult {
  /** Values added. */
  count: number;
  /**
   * Largest distance between their distribution function and the uniform one at the edges of 65,536 bins: never above
   * the exact distance, and below it by at most 2^-16. Null for no values.
   */
  distance: number | null;
  /** Probability of at least this distance if the values are uniform and independent; null for no values. */
  p_value: number | null;
}

/** Measures how far values are from uniform in [0, 1], as they come, in bounded memory. */
export interface UniformDistance {
  /** @throws BenchmarkError `usage` for a value outside 0 to 1 */
  add(value: number): void;
  result(): UniformDistanceResult;
}

/**
 * A Kolmogorov-Smirnov test of uniformity for any number of values. A value of a continuous distribution becomes uniform
 * by its own distribution function, so that F(x) of values x tests any F.
 */
export const createUniformDistance = (): UniformDistance => {
  const bins = new Float64Array(BINS);
  let count = 0;
  return {
    add(value) {
      if (!(value >= 0 && value <= 1)) {
        throw new BenchmarkError('usage', `a uniform value lies between 0 and 1, ${value} does not`, {
          hint: 'Add F(x) for values x of a distribution with the function F.',
        });
      }
      count++;
      const bin = value === 1 ? BINS - 1 : (value * BINS) | 0;
      bins[bin] = (bins[bin] as number) + 1;
    },
    result() {
      if (count === 0) return { count, distance: null, p_value: null };
      let below = 0;
      let distance = 0;
      for (let bin = 0; bin < BINS; bin++) {
        below += bins[bin] as number;
        distance = Math.max(distance, Math.abs(below / count - (bin + 1) / BINS));
      }
      return { count, distance, p_value: kolmogorovPValue(distance, count) };
    },
  };
};
