const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const MISSING = '–';

/** A whole number with thousands separators. */
export const count = (value: number | null | undefined): string => (value == null ? MISSING : grouped.format(value));

/** A count and its noun: `1 request`, `2 requests`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** A number with three significant digits and no exponent. */
export const figure = (value: number | null | undefined): string => {
  if (value == null) return MISSING;
  return Math.abs(value) >= 1000 ? grouped.format(value) : String(Number(value.toPrecision(3)));
};

/** A duration in seconds, in milliseconds where it is short. */
export const duration = (seconds: number | null | undefined): string => {
  if (seconds == null) return MISSING;
  if (Math.abs(seconds) < 1) return `${figure(seconds * 1000)} ms`;
  return `${figure(seconds)} s`;
};

/** A time span as a clock shows it: `1:05`, `2:00:00`. */
export const clockTime = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
};

/** A share as a percentage. */
export const percent = (fraction: number | null | undefined): string =>
  fraction == null ? MISSING : `${figure(fraction * 100)} %`;

export const bytes = (value: number): string => {
  if (value < 1e6) return `${figure(value / 1e3)} kB`;
  return value < 1e9 ? `${figure(value / 1e6)} MB` : `${figure(value / 1e9)} GB`;
};
