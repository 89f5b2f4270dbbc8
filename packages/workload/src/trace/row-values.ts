import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';

/** What a value of a row must be. */
export interface ValueRule {
  /** The column or key. */
  name: string;
  location: InputLocation;
  /** Smallest number that is taken. */
  minimum: number;
}

/** Programs that keep numbers with a fraction write whole ones so. */
const WHOLE_NUMBER = /^\d+(?:\.0*)?$/;
const NUMBER = /^\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;

const EXCERPT_CHARACTERS = 80;

/** A value for a message, cut where it is long. */
export const excerpt = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;
};

const wholeNumber = (value: unknown, number: number, { name, location, minimum }: ValueRule): number => {
  if (Number.isSafeInteger(number) && number >= minimum) return number;
  throw new BenchmarkError('input', `${name} is ${excerpt(value)}`, {
    location,
    hint: `It must be a whole number of tokens, at least ${minimum}. Mend or remove the row.`,
  });
};

/** Tokens that a CSV file states. */
export const tokensOfText = (text: string, rule: ValueRule): number =>
  wholeNumber(text, WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN, rule);

/** Tokens that a JSON file states. */
export const tokensOfValue = (value: unknown, rule: ValueRule): number =>
  wholeNumber(value, typeof value === 'number' ? value : Number.NaN, rule);

/** Times are whole nanoseconds, so that 61.114 s are 61114 ms and not a little less. */
const toMilliseconds = (time: number, msPerUnit: number): number => Math.round(time * msPerUnit * 1e6) / 1e6;

const time = (value: unknown, number: number, place: Omit<ValueRule, 'minimum'>, msPerUnit: number): number => {
  if (Number.isFinite(number) && number >= 0) return toMilliseconds(number, msPerUnit);
  throw new BenchmarkError('input', `${place.name} is ${excerpt(value)}`, {
    location: place.location,
    hint: `It must be a number of ${msPerUnit === 1 ? 'milliseconds' : 'seconds'}, at least 0. Mend or remove the row.`,
  });
};

/** A time in milliseconds, of one that a CSV file states in seconds. */
export const timeOfText = (text: string, place: Omit<ValueRule, 'minimum'>): number =>
  time(text, NUMBER.test(text) ? Number(text) : Number.NaN, place, 1000);

/** A time in milliseconds, of one that a JSON file states in units of `msPerUnit`. */
export const timeOfValue = (value: unknown, place: Omit<ValueRule, 'minimum'>, msPerUnit: 1 | 1000): number =>
  time(value, typeof value === 'number' ? value : Number.NaN, place, msPerUnit);
