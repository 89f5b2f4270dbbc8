import type { LengthHistogram } from '@aibrix/core/lengths';

/** Figures of lengths in tokens, exact; null where nothing states any. */
export interface TokenFigures {
  /** Requests that state this length. */
  requests: number;
  total: number | null;
  mean: number | null;
  min: number | null;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  max: number | null;
}

/** The figures of a manifest. */
export const tokenFigures = (lengths: LengthHistogram): TokenFigures => {
  const { count, total, mean, min, p50, p90, p99, max } = lengths.distribution();
  return { requests: count, total, mean, min, p50, p90, p99, max };
};
