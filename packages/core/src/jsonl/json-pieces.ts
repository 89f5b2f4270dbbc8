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

/** Where a walk through one element stands when its chunk ends. */
interface ElementState {
  /** Brackets that are open within the element. */
  depth: number;
  isInString: boolean;
  /** The next byte belongs to a backslash before it. */
  isEscaped: boolean;
}

/** Index after the closing quote of the string that `from` is in, or the chunk's length. Jumps from quote to quote. */
const endOfString = (chunk: Buffer, from: number, state: ElementState): number => {
  const start = state.isEscaped ? from + 1 : from;
  for (let index = start; ; ) {
    const quote = chunk.indexOf(QUOTE, index);
    const end = quote === -1 ? chunk.length : quote;
    let backslashes = 0;
    while (end - backslashes > start && chunk[end - backslashes - 1] === BACKSLASH) backslashes++;
    const isEscaped = backslashes % 2 === 1;
    if (quote === -1 || !isEscaped) {
      state.isInString = quote === -1;
      state.isEscaped = quote === -1 && isEscaped;
      return quote === -1 ? chunk.length : quote + 1;
    }
    index = quote + 1;
  }
};

/** Index of the comma or bracket after the element that `from` is in, or the chunk's length. */
const endOfElement = (chunk: Buffer, from: number, state: ElementState): number => {
  let index = state.isInString ? endOfString(chunk, from, state) : from;
  let depth = state.depth;
  while (index < chunk.length) {
    const byte = chunk[index] as number;
    if (byte === QUOTE) {
      index = endOfString(chunk, index + 1, state);
      continue;
    }
    if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACKET)) break;
    if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth++;
    else if (depth > 0 && (byte === CLOSE_BRACKET || byte === CLOSE_BRACE)) depth--;
    index++;
  }
  state.depth = depth;
  return index;
};

const countNewlines = (bytes: Uint8Array): number => {
  let newlines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) newlines++;
  return newlines;
};

/** Cuts `[ a, b, … ]` into its elements by counting brackets outside strings; what is between them is left to the parser. */
const cutArray = (options: CutterOptions): Cutter => {
  const joiner = new ByteJoiner();
  let line = 1;
  let position = options.startOffset;
  let isOpen = false;
  let isDone = false;
  let started: { line: number; offset: number; state: ElementState } | undefined;
  let lastSeparator: number | undefined;

  const malformed = (message: string): BenchmarkError =>
    new BenchmarkError('input', message, { location: { file: options.file, line } });

  return {
    *push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let index = 0;
      const startElement = (): NonNullable<typeof started> => ({
        line,
        offset: position + index,
        state: { depth: 0, isInString: false, isEscaped: false },
      });
      while (index < chunk.length) {
        if (started) {
          const end = endOfElement(chunk, index, started.state);
          const part = chunk.subarray(index, end);
          const startLine = started.line;
          joiner.add(part);
          line += countNewlines(part);
          index = end;
          if (joiner.length > options.maxBytes) throw tooLong(options, startLine);
          if (end === chunk.length) break;
          const { offset } = started;
          started = undefined;
          yield { bytes: joiner.take(), line: startLine, offset, isTerminated: true };
          lastSeparator = chunk[end];
          isDone = lastSeparator === CLOSE_BRACKET;
          index++;
          continue;
        }
        const byte = chunk[index] as number;
        if (byte === NEWLINE) line++;
        if (isSpace(byte)) {
          index++;
        } else if (isDone) {
          throw malformed('there is more after the end of the array');
        } else if (!isOpen) {
          isOpen = true;
          index++;
        } else if (byte === COMMA || byte === CLOSE_BRACKET) {
          if (byte === COMMA || lastSeparator === COMMA) throw malformed('an element is missing beside a comma');
          isDone = true;
          index++;
        } else {
          started = startElement();
        }
      }
      position += chunk.length;
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
      for (const piece of cutter.push(bytes)) yield piece;
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
