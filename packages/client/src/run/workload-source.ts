import { STDIO } from '@aibrix/core/files';
import type { WorkloadEntry } from '@aibrix/schema';

/** A workload file (JSONL, or one JSON array; `.gz`, `.zst`; `-` is stdin), or its entries. */
export type WorkloadSource = string | readonly WorkloadEntry[] | AsyncIterable<WorkloadEntry>;

/** Files and arrays can be read again, and to their end; a stream of entries may have none. */
export const isRepeatable = (source: WorkloadSource): source is string | readonly WorkloadEntry[] =>
  typeof source === 'string' || Array.isArray(source);

/** What to call a file in messages. */
export const sourceName = (source: WorkloadSource): string | undefined => {
  if (typeof source !== 'string') return undefined;
  return source === STDIO ? '<stdin>' : source;
};
