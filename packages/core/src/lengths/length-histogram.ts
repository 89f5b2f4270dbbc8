import { binLengths, type LengthBin } from './length-bins.js';
import { createLengthCounts } from './length-counts.js';

const QUANTILES = { p1: 0.01, p5: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** Figures of lengths, exact; null where there are too few lengths to say. */
export interface LengthDistribution extends Record<keyof typeof QUANTILES, number | null> {
  count: number;
  total: number | null;
  mean: number | null;
  /** Of a sample (n − 1). */
  std: number | null;
  min: number | null;
  max: number | null;
  /** A histogram of at most 60 bins, equally wide on a logarithmic axis. */
  bins: LengthBin[];
}

/**
 * Collects lengths as how often each occurs, so that quantiles are exact: memory grows with the number of different
 * lengths, which is small, and not with the number of lengths.
 */
export interface LengthHistogram {
  add(length: number): void;
  readonly count: number;
  distribution(): LengthDistribution;
}

/** Starts with no length. */
export const createLengthHistogram = (): LengthHistogram => {
  const counts = createLengthCounts();

  const figures = (entries: [length: number, count: number][]): Omit<LengthDistribution, 'bins'> => {
    const { count } = counts;
    const lengths = Float64Array.from(entries, ([length]) => length);
    const upTo = new Float64Array(lengths.length);
    let seen = 0;
    let total = 0;
    for (const [index, [length, times]] of entries.entries()) {
      seen += times;
      total += length * times;
      upTo[index] = seen;
    }
    const mean = total / count;
    let squares = 0;
    for (const [length, times] of entries) squares += times * (length - mean) ** 2;

    /** The length that stands at a rank, from 0, when all are put in order. */
    const atRank = (rank: number): number => lengths[upTo.findIndex((ranks) => ranks > rank)] as number;
    // By linear interpolation between the closest ranks, as everywhere else (type 7 of Hyndman and Fan 1996).
    const quantile = (q: number): number => {
      const rank = q * (count - 1);
      const below = Math.floor(rank);
      const low = atRank(below);
      return rank === below ? low : low + (atRank(below + 1) - low) * (rank - below);
    };
    const orNull = (value: () => number, needed = 1): number | null => (count < needed ? null : value());
    return {
      count,
      total: orNull(() => total),
      mean: orNull(() => mean),
      std: orNull(() => Math.sqrt(squares / (count - 1)), 2),
      min: orNull(() => lengths[0] as number),
      p1: orNull(() => quantile(QUANTILES.p1)),
      p5: orNull(() => quantile(QUANTILES.p5)),
      p25: orNull(() => quantile(QUANTILES.p25)),
      p50: orNull(() => quantile(QUANTILES.p50)),
      p75: orNull(() => quantile(QUANTILES.p75)),
      p90: orNull(() => quantile(QUANTILES.p90)),
      p95: orNull(() => quantile(QUANTILES.p95)),
      p99: orNull(() => quantile(QUANTILES.p99)),
      max: orNull(() => lengths.at(-1) as number),
    };
  };

  return {
    add: counts.add,
    get count() {
      return counts.count;
    },
    distribution() {
      const entries = counts.entries();
      return { ...figures(entries), bins: binLengths(new Map(entries)) };
    },
  };
};
