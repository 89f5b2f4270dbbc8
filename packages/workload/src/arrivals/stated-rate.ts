import type { RateDescription } from './rate-description.js';

/** More steps than this would make a manifest that nobody reads. */
const MAX_STATED_INTERVALS = 2000;

/** The rate as a manifest states it: null where it has too many steps. */
export const statedRate = (rate: RateDescription): RateDescription | null =>
  rate.kind === 'intervals' && rate.rates_rps.length > MAX_STATED_INTERVALS ? null : rate;
