import { readJsonl } from '@aibrix/core/jsonl';
import { datasetRecordSchema } from '@aibrix/schema';
import type { ScheduledRecords } from './schedule-records.js';

/**
 * The records of a dataset file in their order, as they are asked for.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin, which can be read only once
 */
export const datasetRecords = (path: string): ScheduledRecords => ({
  origin: { generator: 'file', options: { path }, seed: null },
  [Symbol.asyncIterator]: () => readJsonl(path, { schema: datasetRecordSchema })[Symbol.asyncIterator](),
});
