import type { OutputMode } from '../files/index.js';
import { type JsonlWriter, type JsonlWriteSummary, openJsonlWriter } from './jsonl-writer.js';

export interface WriteJsonlOptions {
  /** Default `atomic`: the file appears under its name when it is complete. */
  mode?: OutputMode | undefined;
  /** Ends the writing; what was written is discarded, and the signal's reason thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * Writes records as they come, one a line, no faster than the disk takes them.
 *
 * @param path a file (`.gz`, `.zst` are compressed; missing folders are made), or `-` for stdout
 * @returns counts, and the SHA-256 of the content before compression
 * @throws BenchmarkError `output` when the file cannot be written; whatever `records` throws, after discarding the file
 */
export const writeJsonl = async (
  path: string,
  records: AsyncIterable<unknown> | Iterable<unknown>,
  options: WriteJsonlOptions = {},
): Promise<JsonlWriteSummary> => {
  const { signal, mode } = options;
  let writer: JsonlWriter | undefined;
  try {
    for await (const record of records) {
      signal?.throwIfAborted();
      // Opened when there is something to write: a source that fails at once leaves no folder and no temporary file.
      writer ??= await openJsonlWriter(path, { mode });
      const full = writer.write(record);
      if (full) await full;
    }
    writer ??= await openJsonlWriter(path, { mode });
  } catch (error) {
    await writer?.discard();
    throw error;
  }
  return writer.close();
};
