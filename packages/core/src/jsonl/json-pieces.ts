import { BenchmarkError } from '../errors/index.js';
import { ByteJoiner } from './byte-joiner.js';

/** One JSON text within a source: a line of JSONL, or an element of the one array that a `.json` file holds. */
export interface JsonPiece {
  bytes: Uint8Array;
  /** 1-based line on which it starts. */
  line: number;
  /** Byte offset in the (decompressed) source. */
  offset: number;
  /** False for a last line without a newline: what a killed writer leaves. */
  isTerminated: boolean;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === NEWLINE || byte === CARRIAGE_RETURN || byte === 0x09;

/** What cuts a stream of bytes into JSON texts. Chunks may end anywhere, within a multi-byte character too. */
interface Cutter {
  push(chunk: Uint8Array): Generator<JsonPiece>;
  /** What is left when the source has ended; throws when it ended too soon. */
  end(): Iterable<JsonPiece>;
}

interface CutterOptions {
  file: string;
  maxBytes: number;
  /** Bytes before the first that is pushed (a byte order mark). */
  startOffset: number;
}

const tooLong = (options: CutterOptions, line: number): BenchmarkError =>
  new BenchmarkError('input', `a record is longer than ${options.maxBytes} bytes`, {
    location: { file: options.file, line },
    hint: 'Raise maxRecordBytes if this is meant; a file without line breaks is no JSONL file.',
  });

const cutLines = (options: CutterOptions): Cutter => {
  const joiner = new ByteJoiner();
  let line = 1;
  let offset = options.startOffset;
  const take = (isTerminated: boolean): JsonPiece | undefined => {
    const length = joiner.length;
    let bytes = joiner.take();
    const piece = { line, offset, isTerminated };
    offset += length + 1;
    line++;
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    return bytes.every(isSpace) ? undefined : { bytes, ...piece };
  };
  return {
    *push(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        joiner.add(chunk.subarray(start, end === -1 ? chunk.length : end));
        if (joiner.length > options.maxBytes) throw tooLong(options, line);
        if (end === -1) return;
        const piece = take(true);
        if (piece) yield piece;
        start = end + 1;
      }
    },
    *end() {
      const piece = take(false);
      if (piece) yield piece;
    },
  };
};

/** Cuts `[ a, b, … ]` into its elements by counting brackets outside strings; what is between them is left to the parser. */
const cutArray = (options: CutterOptions): Cutter => {
  const joiner = new ByteJoiner();
  let line = 1;
  let position = options.startOffset;
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let isDone = false;
  let started: { line: number; offset: number } | undefined;
  let lastSeparator: number | undefined;

  const malformed = (message: string): BenchmarkError =>
    new BenchmarkError('input', message, { location: { file: options.file, line } });
  const take = (): JsonPiece => {
    const piece = { bytes: joiner.take(), ...(started as { line: number; offset: number }), isTerminated: true };
    started = undefined;
    return piece;
  };

  return {
    *push(chunk) {
      let elementStart = 0;
      for (let index = 0; index < chunk.length; index++, position++) {
        const byte = chunk[index] as number;
        if (byte === NEWLINE) line++;
        if (isInString) {
          if (isEscaped) isEscaped = false;
          else if (byte === BACKSLASH) isEscaped = true;
          else if (byte === QUOTE) isInString = false;
          continue;
        }
        if (isSpace(byte)) continue;
        if (isDone) throw malformed('there is more after the end of the array');
        if (depth === 0) {
          depth = 1;
          continue;
        }
        const isEnd = depth === 1 && byte === CLOSE_BRACKET;
        if (depth === 1 && (byte === COMMA || isEnd)) {
          if (started) {
            joiner.add(chunk.subarray(elementStart, index));
            yield take();
          } else if (!isEnd || lastSeparator === COMMA) {
            throw malformed('an element is missing beside a comma');
          }
          lastSeparator = byte;
          if (isEnd) isDone = true;
          continue;
        }
        if (!started) {
          started = { line, offset: position };
          elementStart = index;
        }
        if (byte === QUOTE) isInString = true;
        else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth++;
        else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth--;
      }
      if (started) {
        joiner.add(chunk.subarray(elementStart));
        if (joiner.length > options.maxBytes) throw tooLong(options, started.line);
      }
    },
    end() {
      if (!isDone) {
        throw new BenchmarkError('input', 'the file ends inside its array', {
          location: { file: options.file, line },
          hint: 'It was cut off, perhaps by an interrupted download or a full disk.',
        });
      }
      return [];
    },
  };
};

/** Finds out what a source holds: leading spaces and a byte order mark are passed over, and a `[` means one array. */
const startCutter = (head: Uint8Array, options: Omit<CutterOptions, 'startOffset'>): Cutter => {
  const hasMark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw new BenchmarkError('input', 'the file is UTF-16, and JSON is UTF-8', {
      location: { file: options.file, line: 1 },
      hint: 'Convert it, for example with: iconv -f UTF-16 -t UTF-8',
    });
  }
  const body = hasMark ? head.subarray(3) : head;
  const first = body.find((byte) => !isSpace(byte));
  const cutter = (first === OPEN_BRACKET ? cutArray : cutLines)({ ...options, startOffset: hasMark ? 3 : 0 });
  return {
    push: (chunk) => cutter.push(chunk === head ? body : chunk),
    end: () => cutter.end(),
  };
};

/** Cuts chunks of bytes or text into JSON texts; see `startCutter` for how lines and an array are told apart. */
export const cutJsonPieces = async function* (
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: { file: string; maxBytes: number },
): AsyncGenerator<JsonPiece> {
  let head = new Uint8Array(0);
  let cutter: Cutter | undefined;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (cutter) {
      yield* cutter.push(bytes);
      continue;
    }
    head = head.length === 0 ? new Uint8Array(bytes) : Buffer.concat([head, bytes]);
    // Not enough to tell a mark or the first character yet.
    if (head.length < 3 || head.subarray(3).every(isSpace)) continue;
    cutter = startCutter(head, options);
    yield* cutter.push(head);
  }
  if (!cutter) {
    cutter = startCutter(head, options);
    yield* cutter.push(head);
  }
  yield* cutter.end();
};
