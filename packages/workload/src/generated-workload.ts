import type { InputLocation } from '@aibrix/core/errors';
import type { Synthesis, TokenizerIdentity, WorkloadEntry } from '@aibrix/schema';
import type { ArrivalProcessName } from './arrivals/arrival-processes.js';
import type { RateDescription } from './arrivals/rate-description.js';

/** The process that arrivals are drawn from, as a manifest states it: enough to test a file against it. */
export interface NamedArrivals {
  /**
   * What arrives: requests; records of a dataset, an entry each, which may be sessions of several requests; or sessions of a
   * graph, each with a request that waits for no other (`parents` is empty).
   */
  of: 'requests' | 'records' | 'sessions';
  process: ArrivalProcessName;
  /** Of gamma and Weibull gaps; null for other processes. */
  shape: number | null;
  /** Null where it is not known: before files are read, and in a manifest where it has too many steps to state. */
  rate: RateDescription | null;
}

/** How a workload is made: enough to make it again. */
export interface WorkloadOrigin {
  /** Such as `constant` or `azure`. */
  generator: string;
  /** The options in force, defaults included, and the dataset that prompts were chosen from. */
  options: Record<string, unknown>;
  seed: number | string | null;
  /** Absent where times are those of a trace. */
  arrivals?: NamedArrivals | undefined;
  /** What counted or made the prompts; absent where lengths are as the dataset states them. */
  tokenizer?: TokenizerIdentity | undefined;
  /** How exact the prompts are; absent where they come from a dataset. */
  synthesis?: Synthesis | undefined;
}

/** What a generator knows about the entries it has given, beyond what can be read from them. */
export interface WorkloadFindings {
  /** Units are in the names. */
  statistics: Record<string, unknown>;
  /** Rules that changed something, in words, with counts. */
  notes: string[];
}

/**
 * Entries in order of time, as they are asked for, in memory that does not grow with them (but for what the cache figures
 * need: 13 bytes a different block of 16 tokens at most), and how they are made. Each iteration starts from the first entry again and gives the same ones; one iteration at a time.
 */
export interface GeneratedWorkload extends AsyncIterable<WorkloadEntry> {
  readonly origin: WorkloadOrigin;
  /** About the iteration that was started last; whole once that has ended. */
  findings?(): WorkloadFindings;
  /** Where the entry that was given last stands in the file that it is from; absent where it is from none. */
  readonly location?: InputLocation | undefined;
}
