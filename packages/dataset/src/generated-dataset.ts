import type { DatasetRecord, Synthesis, TokenizerIdentity } from '@aibrix/schema';

/** How a dataset is made: enough to make it again. */
export interface DatasetOrigin {
  /** Such as `synthetic_shared`. */
  generator: string;
  /** The options in force, defaults included. */
  options: Record<string, unknown>;
  /** Null where nothing is drawn. */
  seed: number | string | null;
  /** Absent where nothing is counted. */
  tokenizer?: TokenizerIdentity | undefined;
  /** How exact the prompts are; absent where none was synthesised. */
  synthesis?: Synthesis | undefined;
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

/** A dataset of which every record is a function of the seed and its number alone. */
export interface SeededDataset<Item extends DatasetRecord = DatasetRecord> extends GeneratedDataset<Item> {
  /** How many records there are. */
  readonly size: number;
  /**
   * The records from number `from` up to and without number `to`, the same as in the whole: several threads or machines
   * can make a part each.
   *
   * @param to default: `size`
   * @throws BenchmarkError `usage` unless 0 ≤ `from` ≤ `to` ≤ `size`, all whole numbers
   */
  slice(from: number, to?: number): SeededDataset<Item>;
}
