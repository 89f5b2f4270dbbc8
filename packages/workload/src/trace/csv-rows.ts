import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { openInput } from '@aibrix/core/files';
import Papa from 'papaparse';

/** A row of a CSV file by column name, and where it starts. */
export interface CsvRow<Column extends string> {
  values: Record<Column, string>;
  location: InputLocation;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** Where the last whole row of `text` ends: after a line break that stands in no quoted field. 0 when there is none. */
const endOfRows = (text: string): number => {
  if (!text.includes('"')) return text.lastIndexOf('\n') + 1;
  let end = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\n' && !isQuoted) end = index + 1;
  }
  return end;
};

/** Cuts a text that comes in chunks into pieces of whole rows, without the line break at their end. */
const piecesOfRows = async function* (chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    const end = endOfRows(rest);
    if (end === 0) continue;
    // CRLF and LF may both stand in a file; a piece never ends between the two characters.
    yield rest
      .slice(0, end - 1)
      .replaceAll('\r\n', '\n')
      .replace(/\r$/, '');
    rest = rest.slice(end);
  }
  if (rest !== '') yield rest.replaceAll('\r\n', '\n');
};

const lineBreaksIn = (fields: string[]): number =>
  fields.reduce((count, field) => count + (field.includes('\n') ? field.split('\n').length - 1 : 0), 0);

/** The rows of a CSV text with their fields, and where each starts. */
const rowsOf = async function* (
  chunks: AsyncIterable<string>,
  file: string,
): AsyncGenerator<{ fields: string[]; location: InputLocation }> {
  let line = 1;
  for await (const piece of piecesOfRows(chunks)) {
    const { data, errors } = Papa.parse<string[]>(piece, { delimiter: ',', newline: '\n' });
    const [error] = errors;
    // An empty text is an empty row here, and no row to the parser.
    for (const [row, fields] of (piece === '' ? [['']] : data).entries()) {
      const location = { file, line };
      if (error?.row === row) throw new BenchmarkError('input', `not valid CSV: ${error.message}`, { location });
      yield { fields, location };
      line += 1 + lineBreaksIn(fields);
    }
  }
};

/** How to take the wanted columns out of a row, by the header. */
const rowReader = <Column extends string>(
  columns: readonly Column[],
  header: string[],
  location: InputLocation,
): ((fields: string[], location: InputLocation) => Record<Column, string>) => {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new BenchmarkError('input', `the header has no column ${missing.join(', ')}`, {
      location,
      hint: `Columns needed: ${columns.join(', ')}. Found: ${header.join(', ')}.`,
    });
  }
  const located = columns.map((column) => ({ column, index: header.indexOf(column) }));
  return (fields, rowLocation) => {
    if (fields.length !== header.length) {
      throw new BenchmarkError('input', `the row has ${fields.length} fields, the header ${header.length}: ${fields}`, {
        location: rowLocation,
        hint: 'A number with thousands separators needs quotes; a short last row means that the file was cut off.',
      });
    }
    const values = {} as Record<Column, string>;
    for (const { column, index } of located) values[column] = (fields[index] ?? '').trim();
    return values;
  };
};

/**
 * Reads the rows of a CSV file with a header, one after another and no faster than they are taken. CRLF or LF, quoted
 * fields, a byte order mark and empty lines are read; other columns are passed over.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 * @throws BenchmarkError `file-not-found`; `input` with `file:line` when a column is missing, or a row has
 *   more or fewer fields than the header
 */
export const readCsvRows = async function* <Column extends string>(
  path: string,
  options: { columns: readonly Column[] },
): AsyncGenerator<CsvRow<Column>> {
  const { columns } = options;
  const { name, stream } = await openInput(path);
  // Decoded by the stream, so that a character cut by a chunk's end stays whole.
  const chunks: AsyncIterable<string> = stream.setEncoding('utf8');
  let read: ReturnType<typeof rowReader<Column>> | undefined;
  try {
    for await (const { fields, location } of rowsOf(chunks, name)) {
      if (fields.length === 1 && fields[0]?.trim() === '') continue;
      if (read) {
        yield { values: read(fields, location), location };
        continue;
      }
      const header = fields.map((field) => field.replace(BYTE_ORDER_MARK, '').trim());
      read = rowReader(columns, header, location);
    }
  } catch (cause) {
    if (BenchmarkError.is(cause) || !(cause as NodeJS.ErrnoException).code) throw cause;
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, {
      cause,
      location: { file: name },
      hint: 'A compressed file may be cut off or not be what its name says.',
    });
  } finally {
    stream.destroy();
  }
  if (!read) throw new BenchmarkError('input', 'the file is empty', { location: { file: name } });
};
