import { type CsvDelimiter, type CsvRow, readCsvRows } from '@aibrix/core/csv';
import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { checkPercentiles } from './check-percentiles.js';
import {
  type ChosenColumns,
  chooseColumns,
  columnsToRead,
  type StatRole,
  type StatTraceType,
} from './choose-columns.js';
import { type FigureKind, readFigure } from './read-figure.js';
import { createTimeReader } from './read-time.js';
import { openStatBytes } from './stat-bytes.js';
import type { LengthColumns, MappedColumns } from './stat-columns.js';
import type { LengthPercentile } from './stat-steps.js';

/** What a row says of a length. */
export type StatedLength =
  | { kind: 'percentiles'; percentiles: LengthPercentile[] }
  /** All percentiles are 0: what an export writes where there were no requests. */
  | { kind: 'zeros' }
  | { kind: 'mean'; tokens: number }
  | { kind: 'tokens-per-second'; tokens: number }
  | { kind: 'none' };

/** A row of an export. What was not asked of the file is absent. */
export interface StatRow {
  timeMs: number;
  location: InputLocation;
  rate?: number | null;
  prompt?: StatedLength;
  output?: StatedLength;
}

/** What the rows of a file were like. */
interface StatFileTally {
  /** Rows that were put in order of time. */
  outOfOrder: number;
  /** Figures with a magnitude or unit. */
  rounded: number;
  /** Rows with one of several percentiles: too few. */
  singlePercentiles: number;
}

/** A file of exported metrics, in order of time. */
export interface StatFile {
  name: string;
  sha256: string | null;
  rows: StatRow[];
  passedOver: string[];
  /** Times are dates without a zone. */
  hasNoZone: boolean;
  tally: StatFileTally;
}

/** What a file is read for, and how. */
export interface ReadStatFileOptions {
  roles: readonly StatRole[];
  traceType: StatTraceType;
  mapped: MappedColumns;
  signal?: AbortSignal | undefined;
}

/** Steps are held in memory; two years of minutes. */
const MAX_ROWS = 1_000_000;

/** Reads cells of a row by column. */
type CellReader = (column: string, kind: FigureKind) => number | null;

const cellReader =
  ({ values, location }: CsvRow, { delimiter, tally }: { delimiter: CsvDelimiter; tally: StatFileTally }): CellReader =>
  (column, kind) => {
    const { value, isRounded } = readFigure(values[column] ?? '', { column, location, kind, delimiter });
    if (isRounded) tally.rounded++;
    return value;
  };

const statedLength = (
  columns: LengthColumns,
  { cell, role, location, tally }: { cell: CellReader; role: string; location: InputLocation; tally: StatFileTally },
): StatedLength => {
  switch (columns.kind) {
    case 'mean': {
      const tokens = cell(columns.column, 'tokens');
      return tokens === null ? { kind: 'none' } : { kind: 'mean', tokens };
    }
    case 'rates': {
      const rates = columns.columns.map((column) => cell(column, 'tokens-per-second')).filter((rate) => rate !== null);
      if (rates.length === 0) return { kind: 'none' };
      return { kind: 'tokens-per-second', tokens: rates.reduce((sum, rate) => sum + rate, 0) };
    }
    case 'percentiles': {
      const percentiles = columns.columns.flatMap(({ q, column }) => {
        const tokens = cell(column, 'tokens');
        return tokens === null ? [] : [{ q, tokens }];
      });
      if (percentiles.length > 0 && percentiles.every(({ tokens }) => tokens === 0)) return { kind: 'zeros' };
      if (percentiles.length < Math.min(2, columns.columns.length)) {
        if (percentiles.length === 1) tally.singlePercentiles++;
        return { kind: 'none' };
      }
      return {
        kind: 'percentiles',
        percentiles: checkPercentiles(percentiles, { name: `${role} lengths`, location }),
      };
    }
  }
};

/** Rows in order of time; two of one time are refused, since it is not known which is right. */
const inOrder = (rows: readonly StatRow[], { hasNoZone, tally }: { hasNoZone: boolean; tally: StatFileTally }) => {
  for (let index = 1; index < rows.length; index++) {
    if ((rows[index] as StatRow).timeMs < (rows[index - 1] as StatRow).timeMs) tally.outOfOrder++;
  }
  const ordered = [...rows].sort((a, b) => a.timeMs - b.timeMs);
  for (let index = 1; index < ordered.length; index++) {
    const [before, row] = [ordered[index - 1] as StatRow, ordered[index] as StatRow];
    if (row.timeMs > before.timeMs) continue;
    throw new BenchmarkError('input', `the row has the same time as line ${before.location.line}`, {
      location: row.location,
      hint: hasNoZone
        ? 'Keep one row of each time. Where clocks were set back, dates without a zone come twice: export epoch times.'
        : 'Keep one row of each time; export "series joined by time" for one row to hold all series.',
    });
  }
  return ordered;
};

/**
 * Reads a file of exported metrics.
 *
 * @throws BenchmarkError `file-not-found`; `input` with `file:line` for a header whose columns are missing or ambiguous, and
 *   for rows that cannot be read, have a time that is there already, or percentiles that are out of order
 */
export const readStatFile = async (path: string, options: ReadStatFileOptions): Promise<StatFile> => {
  const { roles, traceType, mapped, signal } = options;
  const bytes = await openStatBytes(path, signal);
  const { name, delimiter } = bytes;
  const tally: StatFileTally = { outOfOrder: 0, rounded: 0, singlePercentiles: 0 };
  const rows: StatRow[] = [];
  let chosen: ChosenColumns | undefined;
  let times: ReturnType<typeof createTimeReader> | undefined;

  try {
    const read = readCsvRows(bytes.chunks, {
      name,
      delimiter,
      signal,
      columns(header) {
        chosen = chooseColumns(header, { roles, traceType, mapped });
        times = createTimeReader(chosen.time);
        return columnsToRead(chosen);
      },
    });
    for await (const row of read) {
      const { location, values } = row;
      if (rows.length === MAX_ROWS) {
        throw new BenchmarkError('input', `there are more than ${MAX_ROWS} rows`, {
          location,
          hint: 'Export a shorter span, or longer steps.',
        });
      }
      const { time, rate, prompt, output } = chosen as ChosenColumns;
      const cell = cellReader(row, { delimiter, tally });
      rows.push({
        timeMs: (times as ReturnType<typeof createTimeReader>).read(values[time.column] ?? '', location),
        location,
        ...(rate !== undefined && { rate: cell(rate, 'requests-per-second') }),
        ...(prompt && { prompt: statedLength(prompt, { cell, role: 'prompt', location, tally }) }),
        ...(output && { output: statedLength(output, { cell, role: 'output', location, tally }) }),
      });
    }
  } finally {
    bytes.close();
  }
  const hasNoZone = times?.hasNoZone ?? false;
  return {
    name,
    sha256: bytes.sha256() ?? null,
    rows: inOrder(rows, { hasNoZone, tally }),
    passedOver: chosen?.passedOver ?? [],
    hasNoZone,
    tally,
  };
};
