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

/**
 * Collects `name: value` lines.
 *
 * @throws BenchmarkError `usage`, which shows no value as commander would: it may be a secret
 */
export const headerLines = (line: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim();
  if (name === '') throw new BenchmarkError('usage', '--header: expected "name: value"');
  if (Object.keys(before).some((other) => other.toLowerCase() === name.toLowerCase())) {
    throw new BenchmarkError('usage', `--header: ${name} is given twice`);
  }
  return { ...before, [name]: line.slice(colon + 1).trim() };
};

/** A JSON object. */
export const jsonObject = (text: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new InvalidArgumentError('expected a JSON object, such as {"top_p":0.9}');
};
