import { BenchmarkError } from '@aibrix/core/errors';
import { isPlainFile, openHashedInput } from '@aibrix/core/files';

/** A file that is being read. */
export interface FileBytes {
  /** The path, or `<stdin>`. */
  name: string;
  /** The content, decompressed. */
  chunks: AsyncIterable<Uint8Array>;
  /** Ends the reading. */
  signal: AbortSignal | undefined;
}

/** How a file is read, and who wants to know what it was. */
export interface HashedReading<T> {
  read(file: FileBytes): AsyncIterable<T>;
  /** Told once the reading has ended: SHA-256 of the content as lowercase hex, null where its end was not reached. */
  onHash(sha256: string | null): void;
  /** Ends the reading; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** What to say where the file is missing. */
  whereToGetIt?: string | undefined;
}

const open = async (path: string, { signal, whereToGetIt }: HashedReading<unknown>) => {
  try {
    return await openHashedInput(path, signal);
  } catch (error) {
    if (!whereToGetIt || !BenchmarkError.is(error) || error.code !== 'file-not-found') throw error;
    throw new BenchmarkError('file-not-found', error.message, { cause: error, hint: whereToGetIt });
  }
};

/**
 * What is read of a file, hashed on the way. To know the hash, a file is read to its end even if its reader stops before;
 * stdin and pipes are not, and neither is what cannot be used.
 *
 * @throws BenchmarkError as `openInput`; whatever `reading.read` throws
 */
export const readHashed = async function* <T>(path: string, reading: HashedReading<T>): AsyncGenerator<T> {
  reading.onHash(null);
  const { signal } = reading;
  const { name, chunks, readRest, close, end } = await open(path, reading);
  let hasFailed = false;
  try {
    yield* reading.read({ name, chunks, signal });
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    try {
      if (!hasFailed && (await isPlainFile(path))) await readRest();
    } finally {
      close();
      reading.onHash(end()?.sha256 ?? null);
    }
  }
};
