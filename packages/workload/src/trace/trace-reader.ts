/** A request of a trace. */
export interface TraceRow {
  /** Milliseconds since the start of the trace: its first row where it is dated, else as the trace states them. */
  timeMs: number;
  inputTokens: number;
  /** Null where the trace does not say. */
  outputTokens: number | null;
  /** Which conversation it belongs to, where the trace says. */
  sessionId?: string | number | undefined;
  /** Names of the blocks that its prompt consists of, where the trace says. */
  blocks?: readonly number[] | undefined;
  model?: string | undefined;
  /** The request's own name in the trace; no two rows have the same. */
  id?: string | undefined;
  /** Name of the earlier row that it goes on from. */
  parentId?: string | undefined;
  /** What else the trace says about it. */
  tags?: Record<string, unknown> | undefined;
}

/**
 * The rows of a trace in order of time, read as they are asked for. Iterating again reads again; one reading at a time.
 *
 * A reader checks its own input: it throws a BenchmarkError `input` with `file:line` for a row that it cannot use or
 * that is earlier than the one before.
 */
export interface TraceReader extends AsyncIterable<TraceRow> {
  /** The trace's path or folder, or `<stdin>`, for messages. */
  readonly name: string;
  /** Tokens of each block that `blocks` names; the last one of a row may be cut. Absent where rows name no blocks. */
  readonly blockTokens?: number | undefined;
  /**
   * The same trace without the check of its order: rows as they stand in the file, with times that may go back and, in
   * a dated trace, below 0. It is what `sortTrace` reads. Absent where rows cannot be out of order.
   */
  readonly inFileOrder?: TraceReader | undefined;
  /**
   * Rules that changed something in the reading that was started last, in words, with counts; whole once it has ended.
   */
  notes?(): string[];
  /**
   * What tells the content of the reading that was started last from others, as options in a manifest: readers of files
   * state its SHA-256 as `traceSha256`, null where it was not read to its end. Whole once the reading has ended.
   */
  identity?(): Record<string, unknown>;
}

/** How any trace is read. */
export interface ReadTraceOptions {
  /** Ends the reading; its reason is thrown. */
  signal?: AbortSignal | undefined;
}
