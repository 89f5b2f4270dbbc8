import type { DatasetRecord, TokenizerIdentity } from '@aibrix/schema';

/** How a dataset is made: enough to make it again. */
export interface DatasetOrigin {
  /** Such as `synthetic_shared`. */
  generator: string;
  /** The options in force, defaults included. */
  options: Record<string, unknown>;
  seed: number | string;
  /** Absent where nothing is counted. */
  tokenizer?: TokenizerIdentity | undefined;
}

/** What a generator knows about the records it has given, beyond what can be read from them. */
export interface DatasetFindings {
  /** Units are in the names. */
  statistics: Record<string, unknown>;
  /** Rules that changed something, in words, with counts. */
  notes: string[];
}

/**
 * Records as they are asked for, in constant memory, and how they are made. Each iteration starts from the first record
 * again and gives the same ones.
 */
export interface GeneratedDataset<Item extends DatasetRecord = DatasetRecord> extends AsyncIterable<Item> {
  readonly origin: DatasetOrigin;
  /** About the iteration that was started last; whole once that has ended. */
  findings?(): DatasetFindings;
}
