import type { InputLocation } from '@aibrix/core/errors';
import { isPlainFile, openHashedInput } from '@aibrix/core/files';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import type { WorkloadEntry } from '@aibrix/schema';
import { createEntryOrder } from '../entry-order.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { readManifestBeside } from '../read-manifest.js';
import { arrivalsOf, type FileOrigin, fileOrigin, unreadFileOrigin } from './file-origin.js';
import { NO_CACHE_NOTE } from './no-cache-note.js';
import { hasText } from './request-text.js';
import { storedEntrySchema } from './stored-entry-schema.js';

export interface ReadWorkloadOptions {
  /** Ends the reading; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
}

/**
 * The entries of a workload file as they stand there, checked: known fields are what they should be, and times do not go
 * back. Its origin names the file by path and by the SHA-256 of its content, and holds what the manifest beside it says
 * of generator, arrivals, tokenizer and synthesis if that is the manifest of this content. To know, a file is read to its
 * end even if its reader stops before; stdin and pipes are not, and then their hash is null. Until then the arrivals are
 * those of the manifest, whatever it is of.
 *
 * @param path JSONL or one JSON array (`.gz` and `.zst` are decompressed), or `-` for stdin, which can be read only once
 * @throws BenchmarkError, while it is read, `file-not-found`; `input` with `file:line` for an entry that cannot be used
 *   or that is earlier than the one before (see `sortWorkload`)
 */
export const readWorkload = (path: string, options: ReadWorkloadOptions = {}): GeneratedWorkload => {
  const { signal } = options;
  let known: FileOrigin = { origin: unreadFileOrigin(path), statesCache: false, notes: [] };
  let location: InputLocation | undefined;
  let hasTexts = false;
  return {
    get origin() {
      return known.origin;
    },
    get location() {
      return location;
    },
    findings: () => ({
      statistics: {},
      notes: [...known.notes, ...(known.statesCache && hasTexts ? [NO_CACHE_NOTE] : [])],
    }),
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const found = await readManifestBeside(path);
      known = {
        origin: { ...unreadFileOrigin(path), arrivals: arrivalsOf(found?.value) },
        statesCache: false,
        notes: [],
      };
      const file = await openHashedInput(path, signal);
      const order = createEntryOrder();
      let hasFailed = false;
      hasTexts = false;
      try {
        const records = readJsonlRecords(file.chunks, { schema: storedEntrySchema, name: file.name, signal });
        for await (const record of records) {
          const { value: entry } = record;
          location = record.location;
          order.check(entry.timestamp, location);
          hasTexts ||= entry.requests.some(hasText);
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
        known = fileOrigin(path, { sha256: file.end()?.sha256, found });
      }
    },
  };
};
