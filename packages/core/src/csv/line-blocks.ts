import { isUtf8 } from 'node:buffer';
import { BenchmarkError } from '../errors/index.js';
import { ByteJoiner } from '../jsonl/byte-joiner.js';

const NEWLINE = 0x0a;

const countNewlines = (bytes: Uint8Array): number => {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
};

/** Lines before the first one that is no UTF-8. */
const linesBeforeInvalid = (bytes: Uint8Array): number => {
  let lines = 0;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return lines;
    start = end + 1;
    lines++;
  }
  return lines;
};

const withoutMark = (bytes: Uint8Array, file: string): Uint8Array => {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new BenchmarkError('input', 'the file is UTF-16, and UTF-8 is needed', {
      location: { file, line: 1 },
      hint: 'Convert it, for example with: iconv -f UTF-16 -t UTF-8',
    });
  }
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
};

/**
 * Text in pieces of whole lines, each with its line break; the last line may have none. A byte order mark is left out,
 * and bytes that are no UTF-8 are refused.
 *
 * @param options.maxBytes longest line
 */
export const lineBlocks = async function* (
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: { file: string; maxBytes: number },
): AsyncGenerator<string> {
  const { file, maxBytes } = options;
  const joiner = new ByteJoiner();
  let line = 1;
  let isFirst = true;

  const take = (): string => {
    const taken = joiner.take();
    const bytes = isFirst ? withoutMark(taken, file) : taken;
    isFirst = false;
    if (!isUtf8(bytes)) {
      throw new BenchmarkError('input', 'not valid UTF-8', {
        location: { file, line: line + linesBeforeInvalid(bytes) },
        hint: 'Save the file as UTF-8; a lossy reading would change the text.',
      });
    }
    line += countNewlines(bytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  };

  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    joiner.add(bytes.subarray(0, end === 0 ? bytes.length : end));
    if (end > 0) {
      yield take();
      joiner.add(bytes.subarray(end));
    }
    if (joiner.length > maxBytes) {
      throw new BenchmarkError('input', `a line is longer than ${maxBytes} bytes`, {
        location: { file, line },
        hint: 'Raise maxRowBytes if this is meant; a file without line breaks is no CSV file.',
      });
    }
  }
  if (joiner.length > 0) yield take();
};
