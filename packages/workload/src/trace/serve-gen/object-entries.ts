import { BenchmarkError } from '@aibrix/core/errors';

/** Where a value of a JSON object stands. */
export interface ObjectEntry {
  key: string;
  /** Bytes from the start of the file. */
  offset: number;
  byteLength: number;
  /** 1-based line on which it starts. */
  line: number;
}

const [QUOTE, BACKSLASH, NEWLINE, COLON, COMMA, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [...'"\\\n:,{}[]'].map(
  (character) => character.charCodeAt(0),
) as [number, number, number, number, number, number, number, number, number];

/** Behind the string that starts at `from`; past the end where it is cut off. */
const endOfString = (bytes: Buffer, from: number): number => {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
};

/** Walks over JSON text, and counts lines. */
class Walker {
  readonly #bytes: Buffer;
  at = 0;
  line = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The next byte that is no space; undefined at the end. */
  peek(): number | undefined {
    for (; this.at < this.#bytes.length; this.at++) {
      const byte = this.#bytes[this.at] as number;
      if (byte === NEWLINE) this.line++;
      if (byte > 0x20) return byte;
    }
    return undefined;
  }

  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** Passes a string, which holds no line breaks. */
  string(): string | undefined {
    if (this.peek() !== QUOTE) return undefined;
    const end = endOfString(this.#bytes, this.at);
    const text = this.#bytes.toString('utf8', this.at + 1, end - 1);
    this.at = end;
    return end > this.#bytes.length ? undefined : text;
  }

  /** Passes an object or a list; says whether it is whole. */
  nested(): boolean {
    let depth = 0;
    for (let byte = this.peek(); byte !== undefined; byte = this.peek()) {
      if (byte === QUOTE) {
        if (this.string() === undefined) return false;
        continue;
      }
      this.at++;
      if (byte === OPEN || byte === OPEN_LIST) depth++;
      if (byte === CLOSE || byte === CLOSE_LIST) depth--;
      if (depth === 0) return byte === CLOSE || byte === CLOSE_LIST;
    }
    return false;
  }
}

/**
 * Where the values of a JSON object of objects stand, so that each can be read alone. Only its outline is checked.
 *
 * @param file its name, for messages
 * @throws BenchmarkError `input` with `file:line` where it is no such object
 */
export const objectEntries = (bytes: Buffer, file: string): ObjectEntry[] => {
  const walker = new Walker(bytes);
  const refuse = (): BenchmarkError =>
    new BenchmarkError('input', 'not a whole JSON object of objects', {
      location: { file, line: walker.line },
      hint: 'It must be {"0": {"input_tokens": "{…}", "output_tokens": "{…}"}, …}, with a window of time for each key. The file may be cut off.',
    });
  const entries: ObjectEntry[] = [];
  if (!walker.take(OPEN)) throw refuse();
  for (let isLast = walker.take(CLOSE); !isLast; ) {
    const key = walker.string();
    if (key === undefined || !walker.take(COLON) || walker.peek() !== OPEN) throw refuse();
    const { at: offset, line } = walker;
    if (!walker.nested()) throw refuse();
    entries.push({ key, offset, byteLength: walker.at - offset, line });
    isLast = walker.take(CLOSE);
    if (!isLast && !walker.take(COMMA)) throw refuse();
  }
  if (walker.peek() !== undefined) throw refuse();
  return entries;
};
