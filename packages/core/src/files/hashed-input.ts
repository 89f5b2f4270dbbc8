import { createHash } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import { openInput } from './open-input.js';

/** A file whose size and hash are known when it has been read. */
export interface HashedInput {
  /** The name to show in messages: the path, or `<stdin>`. */
  name: string;
  /** The content, decompressed. A reader that stops early may go on with `readRest`. */
  chunks: AsyncIterable<Uint8Array>;
  /** Reads what is left, for size and hash alone. */
  readRest(): Promise<void>;
  /** Bytes, and SHA-256 as lowercase hex; undefined before the end. */
  end(): { bytes: number; sha256: string } | undefined;
  /** Closes a file that is not read to its end. */
  close(): void;
}

/**
 * Opens a file as `openInput` does.
 *
 * @param signal ends a read that waits, for a pipe for example; its reason is thrown
 * @throws BenchmarkError as `openInput`
 */
export const openHashedInput = async (path: string, signal?: AbortSignal | undefined): Promise<HashedInput> => {
  const { name, stream } = await openInput(path);
  if (signal) addAbortSignal(signal, stream);
  const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let bytes = 0;
  let end: { bytes: number; sha256: string } | undefined;
  const next = async (): Promise<Uint8Array | undefined> => {
    const { value, done } = await iterator.next();
    if (done) {
      end ??= { bytes, sha256: hash.digest('hex') };
      return undefined;
    }
    hash.update(value);
    bytes += value.length;
    return value;
  };
  return {
    name,
    // Not the stream's own iteration, which would close it when the reader stops.
    chunks: {
      async *[Symbol.asyncIterator]() {
        for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
      },
    },
    async readRest() {
      while (await next());
    },
    end: () => end,
    close() {
      stream.destroy();
    },
  };
};
