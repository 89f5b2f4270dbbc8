import type { CsvHeader } from '@aibrix/core/csv';
import { BenchmarkError } from '@aibrix/core/errors';
import { ambiguousColumns, bareName, listNames, missingColumn, namedColumn } from './find-column.js';
import type { LengthColumns, MappedColumns } from './stat-columns.js';
import { percentileName, shareOfPercent } from './stat-steps.js';

/** Where metrics were exported from, and so how their columns are called. */
export type StatTraceType = 'maas' | 'cloudide' | 'general';

/** What a file is read for. */
export type StatRole = 'rate' | 'prompt' | 'output';

/** Which columns of a file hold what. */
export interface ChosenColumns {
  time: { column: string; unit: 'any' | 'ms' | 's' };
  rate?: string;
  prompt?: LengthColumns;
  output?: LengthColumns;
  /** Columns that are not read, other than those that every export of the kind has. */
  passedOver: string[];
}

const TIME_NAMES = new Set(['time', 'timestamp', '@timestamp', '_time', 'datetime', 'date']);
/** What a MaaS export has beside the rate of successes. */
const MAAS_OTHERS = new Set(['total', '4xx error', '5xx error']);
/** A name with p50 as a word of its own: `P50`, `p99.9`, `prompt_p50`. */
const PERCENTILE_WORD = /(?:^|[^a-z0-9])p(\d{1,2}(?:\.\d+)?)(?![a-z0-9])/;
const BYTES_NAME: Record<'prompt' | 'output', RegExp> = {
  prompt: /^recv_bytes(?:\.rate(?:@|$)|$)/,
  output: /^sent_bytes(?:\.rate(?:@|$)|$)/,
};

const timeColumn = (header: CsvHeader, mapped: MappedColumns): ChosenColumns['time'] => {
  if (mapped.time) {
    const { column, unit } = mapped.time;
    return { column: namedColumn(column, { field: unit === 'any' ? 'time' : `time_${unit}`, header }), unit };
  }
  const candidates = header.names.filter((name) => TIME_NAMES.has(bareName(name)));
  const [column] = candidates;
  if (candidates.length > 1) throw ambiguousColumns('the time', { field: 'time', candidates, header });
  if (column === undefined) throw missingColumn('the time', { field: 'time', header });
  return { column, unit: 'any' };
};

const rateColumn = (
  header: CsvHeader,
  { traceType, time, taken }: { traceType: StatTraceType; time: string; taken: (name: string) => boolean },
): string => {
  const what = traceType === 'maas' ? 'the rate (Success)' : 'the rate';
  const candidates = header.names.filter((name) => {
    if (traceType === 'maas') return bareName(name) === 'success';
    return name !== '' && name !== time && !taken(name);
  });
  const [column] = candidates;
  if (candidates.length > 1) throw ambiguousColumns(what, { field: 'rate', candidates, header });
  if (column === undefined) throw missingColumn(what, { field: 'rate', header });
  return column;
};

const percentileColumns = (header: CsvHeader, role: 'prompt' | 'output'): LengthColumns => {
  const byShare = new Map<number, string[]>();
  for (const name of header.names) {
    // The share is what the header says. (The Python tool takes P95, the third of its output columns, for p90.)
    const percent = Number(PERCENTILE_WORD.exec(bareName(name))?.[1]);
    const q = shareOfPercent(percent);
    if (percent > 0) byShare.set(q, [...(byShare.get(q) ?? []), name]);
  }
  const columns = [...byShare]
    .sort(([a], [b]) => a - b)
    .map(([q, [column, ...others]]) => {
      const field = `${role}_${percentileName(q)}`;
      if (others.length > 0) {
        throw ambiguousColumns(percentileName(q), { field, candidates: [column as string, ...others], header });
      }
      return { q, column: column as string };
    });
  if (columns.length < 2) {
    throw new BenchmarkError('input', `the header has too few columns of percentiles: ${columns.length} of 2`, {
      location: header.location,
      hint: `They are called P50, P70, P90 and P99, or named with --columns '${role}_p50=…,${role}_p99=…'. Found: ${listNames(header.names)}.`,
    });
  }
  return { kind: 'percentiles', columns };
};

const byteColumns = (header: CsvHeader, role: 'prompt' | 'output'): LengthColumns => {
  const field = `${role}_rate`;
  const word = role === 'prompt' ? 'recv_bytes' : 'sent_bytes';
  const columns = header.names.filter((name) => BYTES_NAME[role].test(bareName(name)));
  if (columns.length === 0) throw missingColumn(`${role} lengths (${word}.rate@…)`, { field, header });
  // A total beside its parts would count twice.
  const plain = columns.filter((name) => bareName(name) === word);
  if (plain.length > 0 && columns.length > 1) {
    throw ambiguousColumns(`${role} lengths`, { field, candidates: columns, header });
  }
  return { kind: 'rates', columns };
};

const inHeader = (columns: LengthColumns, header: CsvHeader, role: 'prompt' | 'output'): LengthColumns => {
  switch (columns.kind) {
    case 'mean':
      return { kind: 'mean', column: namedColumn(columns.column, { field: `${role}_mean`, header }) };
    case 'rates':
      return {
        kind: 'rates',
        columns: columns.columns.map((name) => namedColumn(name, { field: `${role}_rate`, header })),
      };
    case 'percentiles':
      return {
        kind: 'percentiles',
        columns: columns.columns.map(({ q, column }) => ({
          q,
          column: namedColumn(column, { field: `${role}_${percentileName(q)}`, header }),
        })),
      };
  }
};

const namesIn = (columns: LengthColumns | undefined): readonly string[] => {
  if (!columns) return [];
  if (columns.kind === 'mean') return [columns.column];
  return columns.kind === 'rates' ? columns.columns : columns.columns.map(({ column }) => column);
};

/**
 * Chooses the columns of a file that is read for some roles: those that a mapping names, else those that exports of the kind
 * have, whatever their case, labels and units.
 *
 * @throws BenchmarkError `input` where a column is missing, and where several may be meant
 */
export const chooseColumns = (
  header: CsvHeader,
  options: { roles: readonly StatRole[]; traceType: StatTraceType; mapped: MappedColumns },
): ChosenColumns => {
  const { roles, traceType, mapped } = options;
  const time = timeColumn(header, mapped);
  const lengthsOf = (role: 'prompt' | 'output'): LengthColumns | undefined => {
    if (!roles.includes(role)) return undefined;
    const columns = mapped[role];
    if (columns) return inHeader(columns, header, role);
    return traceType === 'cloudide' ? byteColumns(header, role) : percentileColumns(header, role);
  };
  const [prompt, output] = [lengthsOf('prompt'), lengthsOf('output')];
  const lengths = [...namesIn(prompt), ...namesIn(output)];
  const rateOf = (): string =>
    mapped.rate === undefined
      ? rateColumn(header, { traceType, time: time.column, taken: (name) => lengths.includes(name) })
      : namedColumn(mapped.rate, { field: 'rate', header });
  const rate = roles.includes('rate') ? rateOf() : undefined;
  const read = new Set([time.column, rate, ...lengths]);
  const isExpected = (name: string): boolean => {
    const bare = bareName(name);
    if (traceType === 'maas') return MAAS_OTHERS.has(bare);
    return traceType === 'cloudide' && Object.values(BYTES_NAME).some((form) => form.test(bare));
  };
  return {
    time,
    ...(rate !== undefined && { rate }),
    ...(prompt && { prompt }),
    ...(output && { output }),
    passedOver: header.names.filter((name) => name !== '' && !read.has(name) && !isExpected(name)),
  };
};

/** Every column that is read; each once. */
export const columnsToRead = ({ time, rate, prompt, output }: ChosenColumns): string[] => [
  ...new Set([time.column, ...(rate === undefined ? [] : [rate]), ...namesIn(prompt), ...namesIn(output)]),
];
