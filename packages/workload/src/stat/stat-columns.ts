import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { shareOfPercent } from './stat-steps.js';

/**
 * Which columns of an export hold what: names of columns by field.
 *
 * | field | holds |
 * | --- | --- |
 * | `time`, `time_ms`, `time_s` | start of the step: a date or epoch; a number of milliseconds; of seconds |
 * | `rate` | requests per second |
 * | `prompt_p50`, `output_p99.9`, … | percentiles of the lengths, in tokens |
 * | `prompt_mean`, `output_mean` | mean length, in tokens |
 * | `prompt_rate`, `output_rate` | tokens per second, of one column or the sum of several; divided by `rate` it is the mean |
 */
export type StatColumns = Record<string, string | readonly string[]>;

/** The columns that say how long prompts or outputs are. */
export type LengthColumns =
  | { kind: 'percentiles'; columns: readonly { q: number; column: string }[] }
  | { kind: 'mean'; column: string }
  | { kind: 'rates'; columns: readonly string[] };

/** What a mapping says, by what it is for. */
export interface MappedColumns {
  time?: { column: string; unit: 'any' | 'ms' | 's' };
  rate?: string;
  prompt?: LengthColumns;
  output?: LengthColumns;
}

const TIME_UNITS = { time: 'any', time_ms: 'ms', time_s: 's' } as const;
const PERCENTILE_FIELD = /^(prompt|output)_p(\d{1,2}(?:\.\d+)?)$/;
const SUGGESTED = [
  ...Object.keys(TIME_UNITS),
  'rate',
  ...['prompt', 'output'].flatMap((role) =>
    ['p50', 'p70', 'p90', 'p95', 'p99', 'mean', 'rate'].map((statistic) => `${role}_${statistic}`),
  ),
];
const FIELDS_HINT =
  'Fields: time (time_ms, time_s), rate, prompt_p50 and other percentiles, prompt_mean, prompt_rate, and output_… alike.';

const isField = (field: string): boolean => {
  const percentile = PERCENTILE_FIELD.exec(field);
  return percentile ? Number(percentile[2]) > 0 : SUGGESTED.includes(field);
};
const isSum = (field: string): boolean => field === 'prompt_rate' || field === 'output_rate';
const namesOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

const lengthColumns = (columns: StatColumns, role: 'prompt' | 'output'): LengthColumns | undefined => {
  const [mean] = namesOf(columns[`${role}_mean`]);
  if (mean !== undefined) return { kind: 'mean', column: mean };
  const rates = namesOf(columns[`${role}_rate`]);
  if (rates.length > 0) return { kind: 'rates', columns: rates };
  const percentiles = Object.entries(columns).flatMap(([field, value]) => {
    const match = PERCENTILE_FIELD.exec(field);
    const [column] = namesOf(value);
    return match?.[1] === role && column !== undefined ? [{ q: shareOfPercent(Number(match[2])), column }] : [];
  });
  if (percentiles.length === 0) return undefined;
  return { kind: 'percentiles', columns: percentiles.sort((a, b) => a.q - b.q) };
};

const kindsOf = (columns: StatColumns, role: string): string[] => {
  const fields = Object.keys(columns).filter((field) => field.startsWith(`${role}_`));
  const one = (name: string): string[] => (fields.includes(name) ? [name] : []);
  return [
    ...fields.filter((field) => PERCENTILE_FIELD.test(field)).slice(0, 1),
    ...one(`${role}_mean`),
    ...one(`${role}_rate`),
  ];
};

/** Everything that is wrong with a mapping, in words. */
export const problemsOfColumns = (columns: StatColumns): string[] => {
  const problems: string[] = [];
  for (const [field, value] of Object.entries(columns)) {
    const names = namesOf(value);
    if (!isField(field)) {
      const meant = closestMatch(field, SUGGESTED);
      problems.push(`there is no field "${field}"${meant ? `: did you mean ${meant}?` : ''}`);
    } else if (names.length === 0 || names.some((name) => name.trim() === '')) {
      problems.push(`${field} names no column`);
    } else if (names.length > 1 && !isSum(field)) {
      problems.push(`${field} names ${names.length} columns: only prompt_rate and output_rate are sums`);
    }
  }
  const times = Object.keys(TIME_UNITS).filter((field) => columns[field] !== undefined);
  for (const kinds of [times, kindsOf(columns, 'prompt'), kindsOf(columns, 'output')]) {
    if (kinds.length > 1) problems.push(`${kinds.join(' and ')} say the same in two ways: give one of them`);
  }
  return problems;
};

/**
 * What a mapping says.
 *
 * @throws BenchmarkError `usage` that names every problem
 */
export const mappedColumns = (columns: StatColumns): MappedColumns => {
  const problems = problemsOfColumns(columns);
  if (problems.length > 0) throw new BenchmarkError('usage', `columns: ${problems.join('; ')}`, { hint: FIELDS_HINT });
  const timeField = (['time', 'time_ms', 'time_s'] as const).find((field) => columns[field] !== undefined);
  const [rate] = namesOf(columns.rate);
  const [prompt, output] = [lengthColumns(columns, 'prompt'), lengthColumns(columns, 'output')];
  return {
    ...(timeField && { time: { column: namesOf(columns[timeField])[0] as string, unit: TIME_UNITS[timeField] } }),
    ...(rate !== undefined && { rate }),
    ...(prompt && { prompt }),
    ...(output && { output }),
  };
};

const CLOSES: Record<string, string> = { '{': '}', '(': ')', '[': ']' };

/** Cuts at commas that stand in no quotes and no brackets, which names of series are full of. */
const cutAtCommas = (text: string): string[] => {
  const parts: string[] = [];
  const open: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (const [at, character] of [...text].entries()) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (CLOSES[character]) open.push(CLOSES[character]);
    else if (character === open.at(-1)) open.pop();
    else if (character === ',' && open.length === 0) {
      parts.push([...text].slice(start, at).join(''));
      start = at + 1;
    }
  }
  if (isQuoted || open.length > 0) {
    throw new BenchmarkError('usage', `columns: ${isQuoted ? 'a quote' : 'a bracket'} is not closed in ${text}`, {
      hint: 'Put a name with quotes, brackets or commas in double quotes, with those within it twice: rate="a, b".',
    });
  }
  return [...parts, [...text].slice(start).join('')];
};

const unquoted = (name: string): string =>
  name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;

/**
 * Reads a mapping as a command line has it: `rate=Success,prompt_p50=P50,prompt_p99=P99`. Commas within brackets or double
 * quotes belong to the name. `prompt_rate` and `output_rate` may come several times, and are then a sum.
 *
 * @throws BenchmarkError `usage` that names every problem
 */
export const parseStatColumns = (text: string): StatColumns => {
  const columns = new Map<string, string | string[]>();
  for (const part of cutAtCommas(text)) {
    const equals = part.indexOf('=');
    const field = part.slice(0, equals).trim();
    if (equals === -1 || field === '') {
      throw new BenchmarkError('usage', `columns: "${part.trim()}" is no field=column`, { hint: FIELDS_HINT });
    }
    const name = unquoted(part.slice(equals + 1).trim());
    const before = columns.get(field);
    if (before !== undefined && !isSum(field)) {
      throw new BenchmarkError('usage', `columns: ${field} is there twice`, {
        hint: 'Only prompt_rate and output_rate are sums of several columns.',
      });
    }
    columns.set(field, before === undefined ? name : [...namesOf(before), name]);
  }
  // Fields are the user's, and one named __proto__ is to be refused like any other.
  const mapping: StatColumns = Object.fromEntries(columns);
  mappedColumns(mapping);
  return mapping;
};
