import { createReadStream } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { BenchmarkError } from '../errors/index.js';

const NEWLINE = 0x0a;

/**
 * Cuts a file off after its last newline: a disk that filled up in the middle of a line leaves a part of it.
 *
 * @param path a plain file, not compressed
 * @returns the lines that are in it
 * @throws BenchmarkError `output` when the file cannot be read or cut
 */
export const keepWholeLines = async (path: string): Promise<number> => {
  let lines = 0;
  let position = 0;
  let end = 0;
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) {
        lines++;
        end = position + at + 1;
      }
      position += piece.length;
    }
    if (end < position) await truncate(path, end);
  } catch (cause) {
    throw new BenchmarkError('output', `cannot be cut off after its last line: ${(cause as Error).message}`, {
      cause,
      location: { file: path },
    });
  }
  return lines;
};
