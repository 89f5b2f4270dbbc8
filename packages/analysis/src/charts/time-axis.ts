import type { Report, TimeBin } from '../report.js';

/** A run with fewer slices has no course over time to show. */
const MIN_BINS = 3;

/** Slices with less than this share of a whole one have rates that mean little. */
const MIN_SHARE = 0.5;

/** From here on the axis is in minutes. */
const MINUTES_FROM_SECONDS = 600;

export interface TimeAxis {
  title: string;
  /** Middle of a bin, in the axis's unit. */
  position(bin: TimeBin): number;
  bins: readonly TimeBin[];
  /** An amount per second, or null for a bin that is too short to say. */
  perSecond(amount: number, bin: TimeBin): number | null;
  /** Few enough points to mark each. */
  hasPoints: boolean;
}

/** The time axis that the charts of a report share; null for a run too short for one. */
export const timeAxisOf = (report: Report): TimeAxis | null => {
  const { bins, bin_s } = report.time_series;
  if (bins.length < MIN_BINS) return null;
  const isInMinutes = (bins.at(-1)?.start_s ?? 0) >= MINUTES_FROM_SECONDS;
  const secondsPerUnit = isInMinutes ? 60 : 1;
  return {
    title: `Time since start (${isInMinutes ? 'min' : 's'})`,
    position: (bin) => (bin.start_s + bin.duration_s / 2) / secondsPerUnit,
    bins,
    perSecond: (amount, bin) => (bin.duration_s < bin_s * MIN_SHARE ? null : amount / bin.duration_s),
    hasPoints: bins.length <= 60,
  };
};
