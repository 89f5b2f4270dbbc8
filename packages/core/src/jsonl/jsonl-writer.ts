import { createHash } from 'node:crypto';
import { type OutputMode, openOutput } from '../files/index.js';

export interface JsonlWriteSummary {
  /** Lines written. */
  records: number;
  /** Bytes written, before compression. */
  bytes: number;
  /** SHA-256 of those bytes, as lowercase hex. */
  sha256: string;
}

export interface JsonlWriter {
  /**
   * Adds one line. Await what it returns: the promise of a full buffer resolves when the disk has caught up.
   *
   * @throws BenchmarkError `output` when the file cannot be written
   */
  write(record: unknown): Promise<void> | undefined;
  /** Writes what is buffered, and puts an `atomic` file under its name. */
  close(): Promise<JsonlWriteSummary>;
  /** Gives up: an `atomic` file vanishes, an `in-place` one keeps its whole lines. */
  discard(): Promise<void>;
}

/** Lines are handed on in pieces of about this size: fewer, larger writes. */
const FLUSH_CHARACTERS = 1 << 18;

/**
 * A writer of one record a line, for whole lines only: what is handed to the operating system always ends with a newline.
 *
 * @param path a file (`.gz`, `.zst` are compressed; missing folders are made), or `-` for stdout
 * @param options `atomic` (the default) shows the file under its name when it is complete. `in-place` hands on each
 *   record at once, so that a kill loses no more than the last few that were still on their way to the disk (16 KiB).
 */
export const openJsonlWriter = async (
  path: string,
  options: { mode?: OutputMode | undefined } = {},
): Promise<JsonlWriter> => {
  const output = await openOutput(path, options);
  const flushAt = options.mode === 'in-place' ? 0 : FLUSH_CHARACTERS;
  const hash = createHash('sha256');
  let buffered: string[] = [];
  let bufferedCharacters = 0;
  let records = 0;
  let bytes = 0;

  const flush = (): Promise<void> => {
    const chunk = Buffer.from(buffered.join(''));
    buffered = [];
    bufferedCharacters = 0;
    hash.update(chunk);
    bytes += chunk.length;
    return output.write(chunk);
  };

  return {
    write(record) {
      const line = `${JSON.stringify(record)}\n`;
      buffered.push(line);
      bufferedCharacters += line.length;
      records++;
      return bufferedCharacters > flushAt ? flush() : undefined;
    },
    async close() {
      if (buffered.length > 0) await flush();
      await output.close();
      return { records, bytes, sha256: hash.digest('hex') };
    },
    discard: () => output.discard(),
  };
};
