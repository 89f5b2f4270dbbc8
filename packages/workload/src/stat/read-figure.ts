import type { CsvDelimiter } from '@aibrix/core/csv';
import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { excerpt } from '../trace/row-values.js';

/** What a figure counts, and so which units it may have. */
export type FigureKind = 'requests-per-second' | 'tokens' | 'tokens-per-second';

/** Where a figure stands, and how. */
export interface FigurePlace {
  column: string;
  location: InputLocation;
  kind: FigureKind;
  /** Of the file: where fields end at semicolons, a comma is most likely a decimal one. */
  delimiter: CsvDelimiter;
}

/** A figure of a cell. */
export interface Figure {
  /** Null where the cell says that there is none. */
  value: number | null;
  /** The export has rounded it: 12.3 K. */
  isRounded: boolean;
}

const NO_VALUE = new Set(['', 'undefined', 'null', 'nan', 'none', 'n/a', '-', '–', '—']);

/** Blanks that stand between thousands: also the no-break and thin ones. */
const BLANKS = /[\s\u00A0\u2009\u202F]+/g;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const GROUPED = /^[+-]?[1-9]\d{0,2}(?:([, '])\d{3})(?:\1\d{3})*(?:\.\d+)?(?![\d,'])/;
const COMMA_DECIMALS = /^[+-]?(?:\d+|\d{1,3}(?:[., ']\d{3})+),\d+(?!\d*[.,])/;

/** Grafana's short forms. `m` (milli or million) and `B` (billion or bytes) may mean two things, and are not among them. */
const MAGNITUDES: Record<string, number> = { '': 1, k: 1e3, K: 1e3, M: 1e6, Mil: 1e6, Bil: 1e9, Tri: 1e12 };
const TOKENS = '(?:tokens?|toks?)';
const REQUESTS = '(?:requests?|reqs?|ops|queries|c)?';
const UNITS: Record<FigureKind, readonly { form: RegExp; factor: number }[]> = {
  'requests-per-second': [
    { form: new RegExp(`^(?:${REQUESTS}/(?:s|sec|second)|1/s|[rq]ps|reqps|cps)$`, 'i'), factor: 1 },
    { form: new RegExp(`^(?:${REQUESTS}/(?:m|min|minute)|[rq]pm|reqpm|cpm)$`, 'i'), factor: 1 / 60 },
  ],
  tokens: [{ form: new RegExp(`^${TOKENS}$`, 'i'), factor: 1 }],
  'tokens-per-second': [{ form: new RegExp(`^(?:${TOKENS}/(?:s|sec|second)|tps)$`, 'i'), factor: 1 }],
};

/** What stands behind the number; undefined where it is not known, or may mean two things. */
const suffixFactor = (suffix: string, kind: FigureKind): number | undefined => {
  const magnitude = /^(?:Mil|Bil|Tri|[kKM])(?= |$)/.exec(suffix)?.[0] ?? '';
  const unit = suffix.slice(magnitude.length).trim();
  const size = MAGNITUDES[magnitude] as number;
  if (unit === '') return size;
  const known = UNITS[kind].find(({ form }) => form.test(unit));
  return known && size * known.factor;
};

const DECIMALS_HINT =
  'Decimals need a point: a comma may only stand between thousands. Export with an English number format, or replace them.';
const FIGURE_HINT: Record<FigureKind, string> = {
  'requests-per-second': 'It must be a number of requests per second, at least 0, or nothing. Mend or remove the row.',
  tokens: 'It must be a number of tokens, at least 0, or nothing. Mend or remove the row.',
  'tokens-per-second': 'It must be a number of tokens per second, at least 0, or nothing. Mend or remove the row.',
};

/**
 * Reads a cell: a plain number; one with thousands separators (`1,234.5`, `1 234`, `1'234`); one with a magnitude or unit as
 * Grafana writes them (`12.3 K`, `4.5 req/s`, `90 req/min`); or a word for no value (`undefined`, `null`, `NaN`, `-`,
 * nothing).
 *
 * @throws BenchmarkError `input` for what is none of these, is negative, or may mean two numbers
 */
export const readFigure = (text: string, { column, location, kind, delimiter }: FigurePlace): Figure => {
  const refuse = (hint = FIGURE_HINT[kind]): BenchmarkError =>
    new BenchmarkError('input', `${column} is ${excerpt(text)}`, { location, hint });
  const cell = text.replaceAll(BLANKS, ' ').trim();
  if (NO_VALUE.has(cell.toLowerCase())) return { value: null, isRounded: false };
  const grouped = GROUPED.exec(cell);
  const hasComma = grouped?.[1] === ',';
  if (hasComma && delimiter === ';') throw refuse(DECIMALS_HINT);
  const number = grouped ?? PLAIN.exec(cell);
  if (!number) throw refuse();
  if (!grouped && COMMA_DECIMALS.test(cell)) throw refuse(DECIMALS_HINT);
  const [digits] = number;
  const suffix = cell.slice(digits.length).trim();
  if (/^\.\d/.test(suffix)) throw refuse(DECIMALS_HINT);
  const factor = suffixFactor(suffix, kind);
  const value = Number(digits.replaceAll(/[, ']/g, '')) * (factor ?? Number.NaN);
  if (!(value >= 0 && Number.isFinite(value))) throw refuse();
  return { value, isRounded: suffix !== '' };
};
