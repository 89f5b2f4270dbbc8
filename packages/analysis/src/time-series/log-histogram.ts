/** Neighbouring buckets differ by this factor, so that a value is off by at most half of it. */
const GROWTH = 1.01;
const LOG_GROWTH = Math.log(GROWTH);

/** Bound of the relative error of a quantile. */
export const LOG_HISTOGRAM_ERROR: number = Math.sqrt(GROWTH) - 1;

/** Bucket of everything that is not above 0: no logarithm, and no duration worth telling apart. */
const ZERO = Number.NEGATIVE_INFINITY;

/** Counts of values in buckets whose width grows with the value. */
export interface LogHistogram {
  add(value: number): void;
  merge(other: LogHistogram): void;
  readonly buckets: ReadonlyMap<number, number>;
  readonly count: number;
  /** Exact; null for no values. */
  readonly max: number | null;
  /** The smallest value that a share `q` of the values does not exceed, to `LOG_HISTOGRAM_ERROR`; null for none. */
  quantile(q: number): number | null;
}

/**
 * Counts by order of magnitude (the idea of DDSketch: Masson, Rim, Lee 2019). A few kilobytes however many values:
 * made for the many slices of a time series, where a t-digest each would be too much.
 */
export const createLogHistogram = (): LogHistogram => {
  const buckets = new Map<number, number>();
  let count = 0;
  let max = Number.NEGATIVE_INFINITY;
  return {
    add(value) {
      const bucket = value > 0 ? Math.floor(Math.log(value) / LOG_GROWTH) : ZERO;
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
      count++;
      if (value > max) max = value;
    },
    merge(other) {
      for (const [bucket, held] of other.buckets) buckets.set(bucket, (buckets.get(bucket) ?? 0) + held);
      count += other.count;
      max = Math.max(max, other.max ?? Number.NEGATIVE_INFINITY);
    },
    buckets,
    get count() {
      return count;
    },
    get max() {
      return count === 0 ? null : max;
    },
    quantile(q) {
      if (count === 0) return null;
      let left = Math.max(1, Math.ceil(q * count));
      for (const [bucket, held] of [...buckets].sort(([a], [b]) => a - b)) {
        left -= held;
        if (left <= 0) return bucket === ZERO ? 0 : Math.min(max, Math.exp((bucket + 0.5) * LOG_GROWTH));
      }
      return max;
    },
  };
};
