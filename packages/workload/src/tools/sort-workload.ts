import { open } from 'node:fs/promises';
import type { InputLocation } from '@aibrix/core/errors';
import { openHashedInput } from '@aibrix/core/files';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import type { WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload } from '../generated-workload.js';
import { readManifestBeside } from '../read-manifest.js';
import { readInOrder } from './entry-runs.js';
import { createEntryTable, type EntryTable } from './entry-table.js';
import { type FileOrigin, fileOrigin, unreadFileOrigin } from './file-origin.js';
import { createIdCheck } from './id-check.js';
import { nameOfFile } from './name-of-file.js';
import { NO_CACHE_NOTE } from './no-cache-note.js';
import type { ReadWorkloadOptions } from './read-workload.js';
import { withStatedIds } from './request-key.js';
import { hasText } from './request-text.js';
import { seekableFile } from './seekable-file.js';
import { storedEntrySchema } from './stored-entry-schema.js';

const GENERATOR = 'sort';

/** A pass over a file that checks its entries, and keeps where they are. */
const indexEntries = async (
  path: string,
  options: { name: string; signal: AbortSignal | undefined },
): Promise<{ table: EntryTable; sha256: string | undefined; hasTexts: boolean }> => {
  const { name, signal } = options;
  const builder = createEntryTable();
  let location: InputLocation = { file: name };
  const ids = createIdCheck(() => location);
  let entryNumber = 0;
  let hasTexts = false;
  const file = await openHashedInput(path, signal);
  try {
    const records = readJsonlRecords(file.chunks, { schema: storedEntrySchema, name, signal });
    for await (const record of records) {
      location = record.location;
      builder.add(record.offset, record.value.timestamp);
      ids.take(record.value, { entryNumber: entryNumber++, defaultsToo: true });
      hasTexts ||= record.value.requests.some(hasText);
    }
    return { table: builder.build(), sha256: file.end()?.sha256, hasTexts };
  } finally {
    file.close();
  }
};

const notesOf = ({ outOfOrder, largestStepBackMs }: EntryTable): string[] =>
  outOfOrder === 0
    ? []
    : [
        `entries that stood after a later one, by up to ${largestStepBackMs} ms, and were put in order of time: ${outOfOrder}`,
      ];

/**
 * The entries of a workload file in order of time; those of the same time as they stand. The file is read twice, and 20
 * bytes an entry and 10 to 13 a request are kept. What cannot be read by position (a compressed file, stdin as `-`, a pipe) is put into a
 * temporary file first, which is removed when the iteration ends. In a file that was out of order, requests state the ids
 * they have there.
 *
 * @param path JSONL or one JSON array
 * @throws BenchmarkError, while it is read, `file-not-found`; `input` with `file:line` for an entry that cannot be used,
 *   one with a negative time or an id that was there before too; `input` when the file changes in between
 */
export const sortWorkload = (path: string, options: ReadWorkloadOptions = {}): GeneratedWorkload => {
  const { signal } = options;
  const name = nameOfFile(path);
  let known: FileOrigin = { origin: unreadFileOrigin(path), statesCache: false, notes: [] };
  let table: EntryTable | undefined;
  let hasTexts = false;
  return {
    get origin() {
      const { origin } = known;
      return { ...origin, generator: GENERATOR, arrivals: table?.outOfOrder === 0 ? origin.arrivals : undefined };
    },
    findings: () => ({
      statistics: { entries_out_of_order: table?.outOfOrder ?? null },
      notes: [
        ...(table ? notesOf(table) : []),
        ...known.notes,
        ...(known.statesCache && hasTexts ? [NO_CACHE_NOTE] : []),
      ],
    }),
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const readable = await seekableFile(path, { signal });
      try {
        const index = await indexEntries(readable.path, { name, signal });
        ({ table, hasTexts } = index);
        known = fileOrigin(path, { sha256: index.sha256, found: await readManifestBeside(path) });
        const isMoved = table.outOfOrder > 0;
        const file = await open(readable.path);
        try {
          for await (const { entry, entryNumber } of readInOrder(file, table, name)) {
            signal?.throwIfAborted();
            yield isMoved ? withStatedIds(entry, entryNumber) : entry;
          }
        } finally {
          await file.close();
        }
      } finally {
        await readable.remove();
      }
    },
  };
};
