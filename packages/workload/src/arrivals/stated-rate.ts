import type { RateDescription } from './rate-description.js';

/** A day of seconds, or a week of steps of 6 s: beyond, a manifest would be larger than many a workload. */
const MAX_STATED_INTERVALS = 100_000;

/** The rate as a manifest states it: null where it has too many steps. */
export const statedRate = (rate: RateDescription): RateDescription | null =>
  rate.kind === 'intervals' && rate.rates_rps.length > MAX_STATED_INTERVALS ? null : rate;
