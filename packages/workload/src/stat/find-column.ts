import type { CsvHeader } from '@aibrix/core/csv';
import { BenchmarkError, closestMatch } from '@aibrix/core/errors';

const MAX_NAMES = 12;

/** Names of columns for a message, the first of many. */
export const listNames = (names: readonly string[]): string => {
  const shown = names.filter((name) => name !== '');
  const more = shown.length - MAX_NAMES;
  return `${shown.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The name of a series without its labels and unit: `P50 {model="x"} (tokens)` is `p50`. */
export const bareName = (name: string): string =>
  name
    .replace(/\s*(?:\{.*\}|\(.*\)|\[.*\])\s*$/, '')
    .replace(/\s*\{.*\}\s*$/, '')
    .trim()
    .toLowerCase();

/**
 * The refusal of a header in which several columns may be meant.
 *
 * @param field what to write in front of `=` in `--columns`
 */
export const ambiguousColumns = (
  what: string,
  { field, candidates, header }: { field: string; candidates: readonly string[]; header: CsvHeader },
): BenchmarkError =>
  new BenchmarkError('input', `several columns may be ${what}: ${listNames(candidates)}`, {
    location: header.location,
    hint: `Say which with --columns '${field}=…', and export "series joined by time" in one table, each series once.`,
  });

/** The refusal of a header that lacks a column. */
export const missingColumn = (what: string, { field, header }: { field: string; header: CsvHeader }): BenchmarkError =>
  new BenchmarkError('input', `the header has no column for ${what}`, {
    location: header.location,
    hint: `Name it with --columns '${field}=…'. Found: ${listNames(header.names)}.`,
  });

/**
 * The column that a mapping means: the one of that very name, else one that has it but for case, labels and unit.
 *
 * @throws BenchmarkError `input` when there is none or are several
 */
export const namedColumn = (name: string, { field, header }: { field: string; header: CsvHeader }): string => {
  const { names } = header;
  if (names.includes(name)) return name;
  for (const form of [(text: string) => text.toLowerCase(), bareName]) {
    const candidates = names.filter((column) => column !== '' && form(column) === form(name));
    if (candidates.length > 1) throw ambiguousColumns(`${field}=${name}`, { field, candidates, header });
    const [only] = candidates;
    if (only !== undefined) return only;
  }
  const meant = closestMatch(name, names);
  throw new BenchmarkError('input', `the header has no column "${name}" (${field})`, {
    location: header.location,
    hint: `${meant ? `Did you mean "${meant}"? ` : ''}Found: ${listNames(names)}.`,
  });
};
