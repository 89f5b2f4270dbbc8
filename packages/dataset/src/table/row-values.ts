import { BenchmarkError } from '@aibrix/core/errors';
import type { TableColumns } from './table-columns.js';
import type { TableRow } from './table-rows.js';

/** What a row says, by the columns in force. Null where it says nothing. */
export interface RowValues {
  prompt: string | null;
  completion: string | null;
  session: string | number | null;
  system: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
}

const EXCERPT_CHARACTERS = 80;
/** Programs that keep numbers with a fraction write whole ones so. */
const WHOLE_NUMBER = /^\d+(?:\.0*)?$/;

const refuse = (row: TableRow, column: string, needed: string): BenchmarkError => {
  const found = JSON.stringify(row.valueOf(column));
  const excerpt = found.length > EXCERPT_CHARACTERS ? `${found.slice(0, EXCERPT_CHARACTERS)}…` : found;
  return new BenchmarkError('input', `column "${column}" is ${excerpt}`, {
    location: row.location,
    hint: `It must be ${needed}. Mend or remove the row, or name another column.`,
  });
};

const isBlank = (text: string): boolean => !/\S/.test(text);

const textIn = (row: TableRow, column: string | undefined): string | null => {
  const value = column === undefined ? null : (row.valueOf(column) ?? null);
  if (value === null || typeof value === 'string') return value;
  throw refuse(row, column as string, 'text');
};

const sessionIn = (row: TableRow, column: string | undefined): string | number | null => {
  const value = column === undefined ? null : (row.valueOf(column) ?? null);
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string') return value.trim() || null;
  throw refuse(row, column as string, 'text or a number');
};

const tokensIn = (row: TableRow, column: string | undefined): number | null => {
  const value = column === undefined ? null : (row.valueOf(column) ?? null);
  if (value === null) return null;
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : 'neither';
  if (text === '') return null;
  const tokens = WHOLE_NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(tokens)) return tokens;
  throw refuse(row, column as string, 'a whole number of tokens, at least 0, or empty');
};

/**
 * Reads a row. A prompt or a system message of nothing but white space is none, and so is an empty completion; ids of
 * sessions are trimmed.
 *
 * @throws BenchmarkError `input` with `file:line` and the column for a value of another kind
 */
export const rowValues = (row: TableRow, columns: TableColumns): RowValues => {
  const prompt = textIn(row, columns.prompt);
  const system = textIn(row, columns.system);
  return {
    prompt: prompt === null || isBlank(prompt) ? null : prompt,
    completion: textIn(row, columns.completion) || null,
    session: sessionIn(row, columns.session),
    system: system === null || isBlank(system) ? null : system,
    promptTokens: tokensIn(row, columns.promptTokens),
    completionTokens: tokensIn(row, columns.completionTokens),
  };
};
