/** A length that a share of the requests does not exceed. */
export interface LengthPercentile {
  /** The share, between 0 and 1: 0.99 is p99. */
  q: number;
  tokens: number;
}

/** What an export says of the lengths in a step: percentiles in ascending order, or the mean, in tokens. */
export type LengthStatistic =
  | { kind: 'percentiles'; percentiles: readonly LengthPercentile[] }
  | { kind: 'mean'; tokens: number };

/** A stretch of time for which an export has one row. */
export interface StatStep {
  /** Start, in milliseconds from the start of the first step. */
  timeMs: number;
  /** It ends where the next step starts. */
  durationMs: number;
  /** Requests per second; may be 0. */
  ratePerSecond: number;
  /** Null in every step where the export has no prompt lengths, and then in no other. */
  prompt: LengthStatistic | null;
  /** Null in every step where the export has no output lengths, and then in no other. */
  output: LengthStatistic | null;
}

/** Exported metrics as steps without gaps, in order of time. */
export interface StatSteps {
  /** The usual length of a step: the median gap between rows. */
  stepMs: number;
  /** When the first step started, in milliseconds since the Unix epoch; as the export states it where times are relative. */
  startTimeMs: number;
  steps: readonly StatStep[];
  /** Rules that changed something, in words, with counts. */
  notes: readonly string[];
}

/** A share as it is commonly written: 0.5 is p50, 0.999 is p99.9. */
export const percentileName = (q: number): string => `p${Number((q * 100).toPrecision(10))}`;

/** The share that a percent stands for: 99.9 is 0.999, which a division alone misses by a rounding error. */
export const shareOfPercent = (percent: number): number => Number((percent / 100).toPrecision(12));
