import { STDIO } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import { datasetRecordSchema } from '@aibrix/schema';
import { readHashed } from '../hashed-reading.js';
import type { ScheduledRecords } from './schedule-records.js';

/**
 * The records of a dataset file in their order, as they are asked for. The origin has the SHA-256 of the content once it
 * was read; a file is read to its end for it, stdin and pipes are not, and then it is null.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin, which can be read only once
 */
export const datasetRecords = (path: string): ScheduledRecords => {
  let known: string | null = null;
  return {
    name: path === STDIO ? '<stdin>' : path,
    get origin() {
      return { generator: 'file', options: { path, sha256: known }, seed: null };
    },
    [Symbol.asyncIterator]: () =>
      readHashed(path, {
        read: ({ name, chunks }) => readJsonl(chunks, { schema: datasetRecordSchema, name }),
        onHash(sha256) {
          known = sha256;
        },
      }),
  };
};
