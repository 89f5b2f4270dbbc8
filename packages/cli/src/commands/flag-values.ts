import { BenchmarkError } from '@aibrix/core/errors';
import { InvalidArgumentError } from 'commander';

export const number = (text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('expected a number');
  return value;
};

export const whole = (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number from 0');
  return value;
};

/** A port, 0 for any that is free. */
export const port = (text: string): number => {
  const value = whole(text);
  if (value > 65_535) throw new InvalidArgumentError('expected a port, from 0 to 65535');
  return value;
};

/** A length of time, in seconds. */
export const positive = (text: string): number => {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('expected a number above 0');
  return value;
};

/** A number flag for which `null` can be given too. The word stays a word: commander takes a null for an empty text. */
export type NumberOrNull = number | 'null' | null;

export const numberOrNull = (text: string): NumberOrNull => (text === 'null' ? text : number(text));

/** What such a flag means. */
export const nullable = (value: NumberOrNull): number | null => (value === 'null' ? null : value);

/** The same where null means nothing: for kinds that have no end of their own. */
export const lengthMs = (value: NumberOrNull): number => {
  if (value !== 'null' && value !== null) return value;
  throw new BenchmarkError('usage', '--duration-ms null is for whole traces: this kind needs a length');
};

/** `true` or `false`, as the Python flags write it; a bare flag is true. */
export const boolean = (text: string): boolean => {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw new InvalidArgumentError('expected true or false');
};

/** A seed: a number where it is one, else text. */
export const seed = (text: string): number | string => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : text;
};

/** Collects a flag that may be given several times. */
export const repeated = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** A comma list of words. */
export const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** A path, which is never empty. */
export const fileName = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('expected the name of a file');
  return text;
};
