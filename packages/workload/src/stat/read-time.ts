import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { type PreciseTime, parsePreciseTime } from '../trace/precise-time.js';
import { excerpt } from '../trace/row-values.js';

/** Reads the times of one file, all of which are of one form. */
export interface TimeReader {
  /**
   * Milliseconds, since the Unix epoch unless the file states relative ones.
   *
   * @throws BenchmarkError `input` for what is no time, or one of another form than the first
   */
  read(text: string, location: InputLocation): number;
  /** Whether there were dates without a zone. */
  readonly hasNoZone: boolean;
}

const NUMBER = /^\d+(?:\.\d+)?$/;
/** The units of epochs, each for numbers below: their ranges do not meet, for times between 1973 and 5138. */
const EPOCHS = [
  { from: 1e8, below: 1e11, form: 'epoch seconds', msPerUnit: 1e3 },
  { from: 1e11, below: 1e14, form: 'epoch milliseconds', msPerUnit: 1 },
  { from: 1e14, below: 1e17, form: 'epoch microseconds', msPerUnit: 1e-3 },
  { from: 1e17, below: 1e20, form: 'epoch nanoseconds', msPerUnit: 1e-6 },
] as const;

const HINT =
  'It must be a date such as 2024-01-31 18:15:00, with or without a zone, or an epoch in seconds or milliseconds.';
const SMALL_HINT =
  'The number is too small for an epoch: say what it is with --columns time_s=… (seconds) or time_ms=… (milliseconds).';
const ORDER_HINT =
  'Day and month may be meant either way round: write dates as 2024-01-31 18:15:00, or export epoch times.';
const SCIENTIFIC_HINT =
  'A spreadsheet has cut the epoch time, and its digits are lost: export again, and do not save it from there.';

/** `2024/01/31 18:15`, `UTC` and what else the exact form does not know. */
const toDate = (text: string): PreciseTime | undefined => {
  const dashed = text.replace(/^(\d{4})\/(\d{2})\/(\d{2})(?=[ T])/, '$1-$2-$3').replace(/ ?(?:UTC|GMT)$/, 'Z');
  const [, day, time = '00:00', seconds = ':00', rest = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?)?(.*)$/.exec(dashed) ?? [];
  return day === undefined ? undefined : parsePreciseTime(`${day} ${time}${seconds}${rest.replace(/^,(?=\d)/, '.')}`);
};

const hintFor = (text: string): string => {
  if (/^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}/.test(text)) return ORDER_HINT;
  if (/^\d(?:[.,]\d+)?[eE]\+?\d+$/.test(text)) return SCIENTIFIC_HINT;
  return NUMBER.test(text) ? SMALL_HINT : HINT;
};

/** Reads a time, and says what form it has. */
const interpret = (text: string, unit: 'any' | 'ms' | 's'): { timeMs: number; form: string } | undefined => {
  if (NUMBER.test(text)) {
    const value = Number(text);
    if (unit !== 'any') return { timeMs: value * (unit === 's' ? 1000 : 1), form: 'numbers' };
    const epoch = EPOCHS.find(({ from, below }) => value >= from && value < below);
    return epoch && { timeMs: value * epoch.msPerUnit, form: epoch.form };
  }
  const date = unit === 'any' ? toDate(text) : undefined;
  if (!date) return undefined;
  const hasZone = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/.test(text) && /\d:\d/.test(text);
  return {
    timeMs: date.epochSeconds * 1000 + date.nanoseconds / 1e6,
    form: hasZone ? 'dates with a zone' : 'dates without a zone',
  };
};

/**
 * Starts a reading.
 *
 * @param options.column name of the column, for messages
 * @param options.unit what a number is; `any`: an epoch, whose unit its size tells
 */
export const createTimeReader = ({ column, unit }: { column: string; unit: 'any' | 'ms' | 's' }): TimeReader => {
  let usual: string | undefined;
  return {
    get hasNoZone() {
      return usual === 'dates without a zone';
    },
    read(text, location) {
      const time = interpret(text, unit);
      if (!time) throw new BenchmarkError('input', `${column} is ${excerpt(text)}`, { location, hint: hintFor(text) });
      usual ??= time.form;
      if (time.form !== usual) {
        throw new BenchmarkError('input', `${column} is ${excerpt(text)}, and the rows before have ${usual}`, {
          location,
          hint: 'Write all times of a file in one form.',
        });
      }
      // An epoch has no digits left for more than a microsecond, and rows of several files must meet.
      return Math.round(time.timeMs * 1e3) / 1e3;
    },
  };
};
