import type { CsvDelimiter } from '@aibrix/core/csv';
import { openHashedInput } from '@aibrix/core/files';

/** A file whose delimiter is known. */
export interface StatBytes {
  /** For messages. */
  name: string;
  delimiter: CsvDelimiter;
  chunks: AsyncIterable<Uint8Array>;
  /** Of the content, decompressed; undefined before its end. */
  sha256(): string | undefined;
  close(): void;
}

const NEWLINE = 0x0a;
/** A header that is longer is no header. */
const MAX_HEADER_BYTES = 1 << 20;
const MARK = /^\u00EF\u00BB\u00BF/;
/** What Grafana writes first when it exports for Excel. */
const SEPARATOR_LINE = /^sep=([,;\t])\r?$/;

const hasTwoLines = (bytes: Uint8Array): boolean => {
  const first = bytes.indexOf(NEWLINE);
  return first !== -1 && bytes.indexOf(NEWLINE, first + 1) !== -1;
};

const delimiterOf = (header: string): CsvDelimiter => {
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => unquoted.split(delimiter).length - 1;
  const [commas, semicolons, tabs] = [count(','), count(';'), count('\t')];
  if (tabs > Math.max(commas, semicolons)) return '\t';
  return semicolons > commas ? ';' : ',';
};

const sniff = (start: Uint8Array): { delimiter: CsvDelimiter; kept: Uint8Array } => {
  // One byte a character, for positions to be those of the bytes; delimiters are ASCII.
  const [first = '', second = ''] = Buffer.from(start).toString('latin1').split('\n', 2);
  const line = first.replace(MARK, '');
  const stated = SEPARATOR_LINE.exec(line);
  if (stated) return { delimiter: stated[1] as CsvDelimiter, kept: start.subarray(first.length) };
  return { delimiter: delimiterOf(line.trim() === '' ? second : line), kept: start };
};

/**
 * Opens an export, and finds out what stands between its fields: comma, semicolon or tab, as a first line `sep=;` says or
 * else the header shows. That line comes back as an empty one, so that lines keep their numbers.
 *
 * @param path `.gz` and `.zst` are decompressed; `-` is stdin
 * @throws BenchmarkError `file-not-found`, or `input` for a folder; what fails later, fails in `chunks`
 */
export const openStatBytes = async (path: string, signal?: AbortSignal | undefined): Promise<StatBytes> => {
  const input = await openHashedInput(path, signal);
  const iterator = input.chunks[Symbol.asyncIterator]();
  let start: Uint8Array = new Uint8Array(0);
  let failure: unknown;
  try {
    while (!hasTwoLines(start) && start.length < MAX_HEADER_BYTES) {
      const next = await iterator.next();
      if (next.done) break;
      start = Buffer.concat([start, next.value]);
    }
  } catch (error) {
    failure = error;
  }
  const { delimiter, kept } = sniff(start);
  return {
    name: input.name,
    delimiter,
    chunks: (async function* () {
      if (failure !== undefined) throw failure;
      yield kept;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    })(),
    sha256: () => input.end()?.sha256,
    close: () => input.close(),
  };
};
