import Papa from 'papaparse';
import { BenchmarkError, type InputLocation } from '../errors/index.js';
import { type ByteSource, openSource } from '../jsonl/byte-source.js';
import { lineBlocks } from './line-blocks.js';
import { RowCutter, type RowPiece } from './row-cutter.js';

/** What stands between two fields. */
export type CsvDelimiter = ',' | ';' | '\t';

/** A row by column name, and where it starts. */
export interface CsvRow<Column extends string = string> {
  values: Record<Column, string>;
  location: InputLocation & { line: number };
}

/** The first row. */
export interface CsvHeader {
  /** Names of the columns, without spaces around them; empty where a column has none. */
  names: readonly string[];
  location: InputLocation & { line: number };
}

export interface ReadCsvOptions<Column extends string = string> {
  /**
   * Columns to read; others are passed over. A function chooses them when the header is known, and may throw.
   * Default: all that have a name.
   */
  columns?: readonly Column[] | ((header: CsvHeader) => readonly Column[]) | undefined;
  /** Default `,`. */
  delimiter?: CsvDelimiter | undefined;
  /** Whether values are taken as they are; otherwise white space around them is left out. Default false. */
  keepsSpaces?: boolean | undefined;
  /** Longest row that is accepted, in bytes. Default 64 MiB. */
  maxRowBytes?: number | undefined;
  /** Name of the source in messages. Default: the path, `<stdin>` or `<stream>`. */
  name?: string | undefined;
  /** Ends the reading; the generator throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

const DEFAULT_MAX_ROW_BYTES = 64 * 1024 * 1024;
const EXCERPT_CHARACTERS = 80;
const BYTE_ORDER_MARK = '\uFEFF';

const excerpt = (text: string): string =>
  text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;

const isBlankRow = (fields: readonly string[]): boolean => fields.length === 1 && fields[0]?.trim() === '';

const lineBreaksIn = (fields: readonly string[]): number =>
  fields.reduce((count, field) => count + (field.includes('\n') ? field.split('\n').length - 1 : 0), 0);

/** Reads rows out of whole pieces, and counts lines. */
class RowParser {
  readonly #file: string;
  readonly #delimiter: CsvDelimiter;
  /** Line on which the next row starts. */
  line = 1;

  constructor(file: string, delimiter: CsvDelimiter) {
    this.#file = file;
    this.#delimiter = delimiter;
  }

  /** The rows that are not blank. */
  *rows(piece: RowPiece): Generator<{ fields: string[]; location: CsvHeader['location'] }> {
    const { text, hasQuotes } = piece;
    // The parser takes a byte order mark from the start of what it is given, and there is none of the file's here.
    const given = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text;
    const { data, errors } = Papa.parse<string[]>(given, { delimiter: this.#delimiter, newline: '\n' });
    const [error] = errors;
    for (let index = 0; index < data.length; index++) {
      // To the parser there is an empty row behind the last line break.
      if (index === data.length - 1 && error?.row !== index) return;
      const fields = data[index] as string[];
      const location = { file: this.#file, line: this.line };
      if (error?.row === index) {
        throw new BenchmarkError('input', `not valid CSV: ${error.message}`, {
          location,
          hint: 'A field that starts with a quote ends with one; a quote within it is written twice.',
        });
      }
      this.line += hasQuotes ? 1 + lineBreaksIn(fields) : 1;
      if (!isBlankRow(fields)) yield { fields, location };
    }
  }
}

/** The columns to read and where they stand in a row. */
const locateColumns = <Column extends string>(
  wanted: ReadCsvOptions<Column>['columns'],
  header: CsvHeader,
): { column: Column; index: number }[] => {
  const { names, location } = header;
  const named = (): Column[] => names.filter((name): name is Column => name !== '');
  const columns = typeof wanted === 'function' ? wanted(header) : (wanted ?? named());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new BenchmarkError('input', `the header has no column ${missing.join(', ')}`, {
      location,
      hint: `Columns needed: ${columns.join(', ')}. Found: ${names.join(', ')}.`,
    });
  }
  const repeated = columns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (repeated.length > 0) {
    throw new BenchmarkError('input', `the header has the column ${repeated[0]} more than once`, {
      location,
      hint: 'Give each column a name of its own.',
    });
  }
  return columns.map((column) => ({ column, index: names.indexOf(column) }));
};

/** How to take the wanted values out of a row. */
const rowReader = <Column extends string>(
  header: CsvHeader,
  options: ReadCsvOptions<Column>,
): ((row: { fields: string[]; location: CsvHeader['location'] }) => CsvRow<Column>) => {
  const width = header.names.length;
  const keepsSpaces = options.keepsSpaces ?? false;
  const located = locateColumns(options.columns, header);
  return ({ fields, location }) => {
    if (fields.length !== width) {
      const delimiter = options.delimiter ?? ',';
      const row = excerpt(fields.join(delimiter));
      throw new BenchmarkError('input', `the row has ${fields.length} fields, the header ${width}: ${row}`, {
        location,
        hint: 'A field that holds a delimiter needs quotes, such as a number with thousands separators; a short last row means that the file was cut off.',
      });
    }
    const values = {} as Record<Column, string>;
    for (const { column, index } of located) {
      const field = fields[index] as string;
      values[column] = keepsSpaces ? field : field.trim();
    }
    return { values, location };
  };
};

/**
 * Reads the rows of a CSV file with a header, one after another, in constant memory and no faster than they are taken.
 * CRLF or LF, a byte order mark and empty lines are read. Quoted fields may hold delimiters, quotes and line breaks, which
 * come back as they are. A row with a single column is passed over when it is blank.
 *
 * @param source a path (`.gz` and `.zst` are decompressed; `-` is stdin), or chunks of bytes or text
 * @throws BenchmarkError `file-not-found`; `input` with `file:line` when a column is missing or there twice, when a row
 *   has more or fewer fields than the header or is too long, and for what is no UTF-8 or no CSV
 */
export const readCsvRows = async function* <Column extends string = string>(
  source: ByteSource,
  options: ReadCsvOptions<Column> = {},
): AsyncGenerator<CsvRow<Column>> {
  const { signal } = options;
  const delimiter = options.delimiter ?? ',';
  const maxBytes = options.maxRowBytes ?? DEFAULT_MAX_ROW_BYTES;
  const { name, chunks } = await openSource(source, options);
  const cutter = new RowCutter(delimiter);
  const parser = new RowParser(name, delimiter);
  let read: ReturnType<typeof rowReader<Column>> | undefined;

  const rowsOf = function* (piece: RowPiece | undefined): Generator<CsvRow<Column>> {
    for (const row of piece ? parser.rows(piece) : []) {
      if (read) yield read(row);
      else read = rowReader({ names: row.fields.map((field) => field.trim()), location: row.location }, options);
    }
  };

  try {
    for await (const block of lineBlocks(chunks, { file: name, maxBytes })) {
      signal?.throwIfAborted();
      for (const row of rowsOf(cutter.push(block))) yield row;
      if (cutter.pendingCharacters > maxBytes) {
        throw new BenchmarkError('input', `a row is longer than ${maxBytes} bytes`, {
          location: { file: name, line: parser.line },
          hint: 'A field that starts with a quote goes on to the next one; close it, or raise maxRowBytes if this is meant.',
        });
      }
    }
    for (const row of rowsOf(cutter.end())) yield row;
  } catch (cause) {
    signal?.throwIfAborted();
    if (BenchmarkError.is(cause) || !(cause as NodeJS.ErrnoException).code) throw cause;
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, {
      cause,
      location: { file: name },
      hint: 'A compressed file may be cut off or not be what its name says.',
    });
  }
  if (!read) throw new BenchmarkError('input', 'the file is empty', { location: { file: name } });
};
