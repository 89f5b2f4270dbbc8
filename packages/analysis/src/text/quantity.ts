/** What stands where nothing was measured. */
export const NOT_MEASURED = '–';

/** Between a number and its unit, so that they are never torn apart. */
const GAP = '\u00a0';

/** Three significant digits, with thousands separators and never an exponent; whole numbers as they are. */
export const formatNumber = (value: number | null): string => {
  if (value === null) return NOT_MEASURED;
  if (value === 0) return '0';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  // Rounded first, so that 0.9999 has the digits of 1.
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3)))));
  const decimals = Math.min(9, Math.max(0, 2 - magnitude));
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
};

/** How many there are of something: `1 request`, `2 requests`. */
export const formatAmount = (count: number, noun: string): string =>
  `${formatCount(count)}${GAP}${noun}${count === 1 ? '' : 's'}`;

/** A whole number with thousands separators. */
export const formatCount = (value: number | null): string =>
  value === null ? NOT_MEASURED : Math.round(value).toLocaleString('en-US');

export interface TimeUnit {
  name: 'ms' | 's';
  perSecond: number;
}

const MILLISECONDS: TimeUnit = { name: 'ms', perSecond: 1000 };
const SECONDS: TimeUnit = { name: 's', perSecond: 1 };

/** Milliseconds below one second, seconds from there on. */
export const timeUnitFor = (seconds: number | null): TimeUnit =>
  seconds === null || Math.abs(seconds) < 1 ? MILLISECONDS : SECONDS;

/** A duration with the unit that suits it. */
export const formatSeconds = (seconds: number | null): string => {
  if (seconds === null) return NOT_MEASURED;
  const unit = timeUnitFor(seconds);
  return `${formatNumber(seconds * unit.perSecond)}${GAP}${unit.name}`;
};

export const formatWithUnit = (value: number | null, unit: string): string =>
  value === null ? NOT_MEASURED : `${formatNumber(value)}${GAP}${unit}`;

/** A share as a percentage; never 100 % for less than all, nor 0 % for more than none. */
export const formatFraction = (fraction: number | null): string => {
  if (fraction === null) return NOT_MEASURED;
  const percent = Number((fraction * 100).toFixed(2));
  if (percent === 100 && fraction < 1) return `>${GAP}99.99${GAP}%`;
  if (percent === 0 && fraction > 0) return `<${GAP}0.01${GAP}%`;
  return `${percent}${GAP}%`;
};
