/** Count, sum, mean, standard deviation and extremes of a stream of numbers. Null where there are too few to say. */
export interface RunningMoments {
  add(value: number): void;
  readonly count: number;
  readonly sum: number | null;
  readonly mean: number | null;
  /** Of a sample (n − 1). */
  readonly std: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** One pass, without the cancellation of a sum of squares (Welford 1962). */
export const createRunningMoments = (): RunningMoments => {
  let count = 0;
  let sum = 0;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add(value) {
      count++;
      sum += value;
      const distance = value - mean;
      mean += distance / count;
      squares += distance * (value - mean);
      min = Math.min(min, value);
      max = Math.max(max, value);
    },
    get count() {
      return count;
    },
    get sum() {
      return count === 0 ? null : sum;
    },
    get mean() {
      return count === 0 ? null : sum / count;
    },
    get std() {
      return count < 2 ? null : Math.sqrt(squares / (count - 1));
    },
    get min() {
      return count === 0 ? null : min;
    },
    get max() {
      return count === 0 ? null : max;
    },
  };
};
