import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { TableColumns } from './table-columns.js';

export type TableFormat = 'csv' | 'tsv' | 'jsonl';

/** Options of `table`. */
export interface TableOptions {
  /** A table with a header, or objects a line. `.gz` and `.zst` are decompressed; `-` is stdin. */
  path: string;
  /**
   * Default: by the end of the file's name (`.csv`; `.tsv`, `.tab`; `.jsonl`, `.ndjson`, `.json`), before `.gz` or
   * `.zst`.
   */
  format?: TableFormat | undefined;
  /** What stands between fields; not for `jsonl`. Default: a comma, in `tsv` a tab. */
  delimiter?: ',' | ';' | '\t' | undefined;
  /** Which column holds what. Null finds the columns by usual names. Default null. */
  columns?: TableColumns | null | undefined;
}

/** The options with defaults filled in. */
export interface TableSettings {
  path: string;
  format: TableFormat;
  /** Null in `jsonl`. */
  delimiter: ',' | ';' | '\t' | null;
  columns: TableColumns | null;
}

const name = () => z.string().min(1, 'must name a column');

const columnsSchema: z.ZodType<TableColumns, TableColumns> = z.strictObject({
  prompt: name(),
  completion: name().optional(),
  session: name().optional(),
  system: name().optional(),
  promptTokens: name().optional(),
  completionTokens: name().optional(),
});

const FORMATS: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
};

const formatOf = (path: string): TableFormat | undefined => {
  const ending = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(path)?.[1]?.toLowerCase();
  return ending === undefined || !Object.hasOwn(FORMATS, ending) ? undefined : FORMATS[ending];
};

/** The options with what does not depend on the path filled in. */
export interface CheckedTableOptions {
  path: string;
  format?: TableFormat | undefined;
  delimiter?: ',' | ';' | '\t' | undefined;
  columns: TableColumns | null;
}

/** Checks the options of `table`, which then finds the format by the path. */
export const tableOptionsSchema: z.ZodType<CheckedTableOptions, TableOptions> = z
  .strictObject({
    path: z.string().min(1, 'must name a file'),
    format: z.enum(['csv', 'tsv', 'jsonl'], 'must be "csv", "tsv" or "jsonl"').optional(),
    delimiter: z.enum([',', ';', '\t'], 'must be a comma, a semicolon or a tab').optional(),
    columns: columnsSchema.nullable().default(null),
  })
  .refine(({ path, format, delimiter }) => delimiter === undefined || (format ?? formatOf(path)) !== 'jsonl', {
    path: ['delimiter'],
    message: 'is not for jsonl',
  });

/** @throws BenchmarkError `usage` that names every problem, or that the format cannot be told */
export const tableSettings = (options: TableOptions): TableSettings => {
  const { path, columns, ...given } = parseOptions(tableOptionsSchema, options, 'table');
  const format = given.format ?? formatOf(path);
  if (format === undefined) {
    throw new BenchmarkError('usage', `table: format: cannot be told from the name ${path}`, {
      hint: 'Give the format: csv, tsv or jsonl.',
    });
  }
  const byFormat = { csv: ',', tsv: '\t', jsonl: null } as const;
  return { path, format, delimiter: given.delimiter ?? byFormat[format], columns };
};
