import { isUtf8 } from 'node:buffer';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { BenchmarkError, type InputLocation } from '../errors/index.js';
import { formatPath } from '../validation/index.js';
import { type ByteSource, openSource } from './byte-source.js';
import { cutJsonPieces, type JsonPiece } from './json-pieces.js';
import { parseJson } from './parse-json.js';

const DEFAULT_MAX_RECORD_BYTES = 256 * 1024 * 1024;
const EXCERPT_CHARACTERS = 80;

export interface ReadJsonlOptions<T> {
  /** Checks each record (any Standard Schema: zod, valibot, …); without it records are taken as they are. */
  schema?: StandardSchemaV1<unknown, T> | undefined;
  /** Longest record that is accepted, in bytes. Default 256 MiB. */
  maxRecordBytes?: number | undefined;
  /** Name of the source in messages. Default: the path, `<stdin>` or `<stream>`. */
  name?: string | undefined;
  /** Ends the reading; the generator throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * Called for a record that cannot be used, which is then left out; without it the first such record throws.
   * `isTerminated` is false for a last line without a newline: what a killed writer leaves.
   */
  onMalformed?: ((error: BenchmarkError, info: { isTerminated: boolean }) => void) | undefined;
}

/** A record and where it stands. */
export interface JsonlRecord<T> {
  value: T;
  location: InputLocation & { line: number };
  /** Byte offset of its JSON text in the (decompressed) source. */
  offset: number;
  /** Length of its JSON text in bytes. */
  byteLength: number;
}

const excerpt = (text: string): string =>
  text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;

const valueAt = (value: unknown, path: StandardSchemaV1.Issue['path']): unknown => {
  let current: unknown = value;
  for (const segment of path ?? []) {
    const key = typeof segment === 'object' ? segment.key : segment;
    current = (current as Record<PropertyKey, unknown> | null | undefined)?.[key];
  }
  return current;
};

/** A value as JSON; some are nested too deeply to be written. */
const shown = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'nothing';
  } catch {
    return 'a value that cannot be shown';
  }
};

const check = <T>(schema: StandardSchemaV1<unknown, T>, value: unknown, location: InputLocation): T => {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new TypeError('a schema for records must be synchronous');
  if (!result.issues) return result.value;
  const problems = result.issues.map((issue) => {
    const path = formatPath(issue.path);
    const found = excerpt(shown(valueAt(value, issue.path)));
    return `${path ? `${path}: ` : ''}${issue.message} (found ${found})`;
  });
  throw new BenchmarkError('input', problems.join('; '), { location });
};

const parse = (piece: JsonPiece, location: InputLocation): unknown => {
  if (!isUtf8(piece.bytes)) {
    throw new BenchmarkError('input', 'not valid UTF-8', {
      location,
      hint: 'Save the file as UTF-8; a lossy reading would change the text.',
    });
  }
  const text = Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.byteLength).toString('utf8');
  try {
    return parseJson(text);
  } catch (cause) {
    throw new BenchmarkError('input', `not valid JSON: ${excerpt(text)}`, {
      location,
      cause,
      hint: piece.isTerminated
        ? 'Each line must be one whole JSON value (JSONL), or the file one JSON array.'
        : 'The last line is cut off; the program that wrote it may have been killed.',
    });
  }
};

/**
 * Reads records one after another, in constant memory: the lines of a JSONL source, or the elements of one JSON array
 * (told apart by the first character). Empty lines, CRLF, a byte order mark, a missing last newline, and Python's `NaN`
 * are read.
 *
 * @throws BenchmarkError `file-not-found`; `input` with `file:line` for a record that is no JSON, no UTF-8, too long, or
 *   does not match the schema
 */
export const readJsonlRecords = async function* <T = unknown>(
  source: ByteSource,
  options: ReadJsonlOptions<T> = {},
): AsyncGenerator<JsonlRecord<T>> {
  const { schema, signal, onMalformed } = options;
  const { name, chunks } = await openSource(source, options);
  const maxBytes = options.maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
  try {
    for await (const piece of cutJsonPieces(chunks, { file: name, maxBytes })) {
      signal?.throwIfAborted();
      const location = { file: name, line: piece.line };
      let value: T;
      try {
        const parsed = parse(piece, location);
        value = schema ? check(schema, parsed, location) : (parsed as T);
      } catch (error) {
        if (!onMalformed || !BenchmarkError.is(error)) throw error;
        onMalformed(error, { isTerminated: piece.isTerminated });
        continue;
      }
      yield { value, location, offset: piece.offset, byteLength: piece.bytes.length };
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (BenchmarkError.is(cause) || !(cause as NodeJS.ErrnoException).code) throw cause;
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, {
      cause,
      location: { file: name },
      hint: 'A compressed file may be cut off or not be what its name says.',
    });
  }
};

/** The values of `readJsonlRecords`. */
export const readJsonl = async function* <T = unknown>(
  source: ByteSource,
  options: ReadJsonlOptions<T> = {},
): AsyncGenerator<T> {
  for await (const record of readJsonlRecords(source, options)) yield record.value;
};
