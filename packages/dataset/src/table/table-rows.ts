import { type CsvDelimiter, readCsvRows } from '@aibrix/core/csv';
import type { InputLocation } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { z } from 'zod';
import { columnNames, findColumns, missingColumns, type TableColumns } from './table-columns.js';

/** A row, whatever the format of the table. */
export interface TableRow {
  /** Nothing where the row has no such value. */
  valueOf(column: string): unknown;
  location: InputLocation;
}

export interface TableReading {
  path: string;
  /** Null finds them. */
  columns: TableColumns | null;
  /** Called once, before the first row. */
  onColumns: (columns: TableColumns) => void;
  signal: AbortSignal | undefined;
}

/** Rows of a CSV or TSV file; values keep their spaces. */
export const csvTableRows = async function* (reading: TableReading, delimiter: CsvDelimiter): AsyncGenerator<TableRow> {
  const { path, signal } = reading;
  const rows = readCsvRows(path, {
    delimiter,
    keepsSpaces: true,
    signal,
    columns: ({ names, location }) => {
      const columns = reading.columns ?? findColumns(names, location);
      const wanted = columnNames(columns);
      const missing = wanted.filter((column) => !names.includes(column));
      if (missing.length > 0) throw missingColumns(missing, names, location);
      reading.onColumns(columns);
      return wanted;
    },
  });
  for await (const { values, location } of rows) yield { valueOf: (column) => values[column], location };
};

type JsonObject = Record<string, unknown>;

const objectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.unknown());

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

/** The value of that name, or else at that path; undefined when there is neither. */
const valueAtPath = (record: JsonObject, path: string): unknown => {
  if (Object.hasOwn(record, path)) return record[path];
  let value: unknown = record;
  for (const key of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
};

const MOST_NESTED = 3;

/** Paths of a record's values, for "did you mean". */
const pathsOf = (record: JsonObject, depth = 1): string[] =>
  Object.entries(record).flatMap(([key, value]) =>
    isObject(value) && depth < MOST_NESTED ? pathsOf(value, depth + 1).map((path) => `${key}.${path}`) : [key],
  );

/** A column that none of so many first records has is missing; some records may lack any. */
const RECORDS_WITHOUT_COLUMN = 1000;

/** Finds out whether every column is there at all. */
const watchColumns = (columns: TableColumns): { see(record: JsonObject): void; unseen(): string[] } => {
  let unseen = columnNames(columns);
  return {
    see(record) {
      if (unseen.length > 0) unseen = unseen.filter((column) => valueAtPath(record, column) === undefined);
    },
    unseen: () => unseen,
  };
};

/** Names of values that may be texts. */
const namesOfTexts = (record: JsonObject): string[] =>
  Object.keys(record).filter((key) => !isObject(record[key]) && typeof record[key] !== 'boolean');

/** The objects of a JSONL file, or of one JSON array. */
export const jsonlTableRows = async function* (reading: TableReading): AsyncGenerator<TableRow> {
  const { path, signal } = reading;
  let watch: ReturnType<typeof watchColumns> | undefined;
  let paths: string[] = [];
  let lastLocation: InputLocation | undefined;
  let rows = 0;
  const refuseUnseen = (location: InputLocation): void => {
    const unseen = watch?.unseen() ?? [];
    if (unseen.length > 0) throw missingColumns(unseen, paths, location);
  };
  for await (const { value: record, location } of readJsonlRecords(path, { schema: objectSchema, signal })) {
    if (!watch) {
      const columns = reading.columns ?? findColumns(namesOfTexts(record), location);
      watch = watchColumns(columns);
      paths = pathsOf(record);
      reading.onColumns(columns);
    }
    watch.see(record);
    lastLocation = location;
    if (++rows === RECORDS_WITHOUT_COLUMN) refuseUnseen(location);
    yield { valueOf: (column) => valueAtPath(record, column), location };
  }
  if (lastLocation) refuseUnseen(lastLocation);
};
