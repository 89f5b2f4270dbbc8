import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { BenchmarkError } from '../errors/index.js';
import { compressionOf, decompressor } from './compression.js';

/** The path that stands for stdin where something is read, and for stdout where something is written. */
export const STDIO = '-';

export interface OpenInput {
  /** The name to show in messages: the path, or `<stdin>`. */
  name: string;
  /** The bytes, decompressed. */
  stream: Readable;
}

const CHUNK_BYTES = 1 << 18;

/**
 * Opens a file (`.gz` and `.zst` are decompressed) or stdin (`-`) for reading.
 *
 * @throws BenchmarkError `file-not-found` when there is no such file, `input` when it is a folder or not readable
 */
export const openInput = async (path: string): Promise<OpenInput> => {
  if (path === STDIO) return { name: '<stdin>', stream: process.stdin };
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new BenchmarkError('file-not-found', `no such file: ${path}`, {
        cause,
        hint: 'Check the path; relative paths start at the folder the command runs in.',
      });
    }
    throw new BenchmarkError('input', `cannot be read: ${(cause as Error).message}`, {
      cause,
      location: { file: path },
    });
  }
  if (isFolder) {
    throw new BenchmarkError('input', 'is a folder, a file is needed', { location: { file: path } });
  }
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const compression = compressionOf(path);
  // The callback is for form: an error reaches the reader through the stream that pipeline returns.
  const stream = compression ? pipeline(file, decompressor(compression), () => {}) : file;
  return { name: path, stream };
};
