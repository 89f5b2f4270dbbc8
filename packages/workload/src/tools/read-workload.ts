import { BenchmarkError } from '@aibrix/core/errors';
import { isPlainFile, openHashedInput } from '@aibrix/core/files';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import type { WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload } from '../generated-workload.js';
import { type FileOrigin, fileOrigin, unreadFileOrigin } from './file-origin.js';
import { storedEntrySchema } from './stored-entry-schema.js';

export interface ReadWorkloadOptions {
  /** Ends the reading; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * The entries of a workload file as they stand there, checked: known fields are what they should be, and times do not go
 * back. Its origin names the file by path and by the SHA-256 of its content, and holds what the manifest beside it says
 * of generator, tokenizer and synthesis if that is the manifest of this content. To know, a file is read to its end even
 * if its reader stops before; stdin and pipes are not, and then their hash is null.
 *
 * @param path JSONL or one JSON array (`.gz` and `.zst` are decompressed), or `-` for stdin, which can be read only once
 * @throws BenchmarkError, while it is read, `file-not-found`; `input` with `file:line` for an entry that cannot be used
 *   or that is earlier than the one before (see `sortWorkload`)
 */
export const readWorkload = (path: string, options: ReadWorkloadOptions = {}): GeneratedWorkload => {
  const { signal } = options;
  let known: FileOrigin = { origin: unreadFileOrigin(path), notes: [] };
  return {
    get origin() {
      return known.origin;
    },
    findings: () => ({ statistics: {}, notes: known.notes }),
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const file = await openHashedInput(path, signal);
      let hasFailed = false;
      let previous = 0;
      try {
        const records = readJsonlRecords(file.chunks, { schema: storedEntrySchema, name: file.name, signal });
        for await (const { value: entry, location } of records) {
          if (entry.timestamp < previous) {
            throw new BenchmarkError(
              'input',
              `timestamp ${entry.timestamp} is before that of the entry before it (${previous})`,
              {
                location,
                hint: 'A workload is read as a stream, in order of time. Sort the file first (sortWorkload).',
              },
            );
          }
          previous = entry.timestamp;
          yield entry;
        }
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        try {
          if (!hasFailed && (await isPlainFile(path))) await file.readRest();
        } finally {
          file.close();
        }
        known = await fileOrigin(path, file.end()?.sha256);
      }
    },
  };
};
