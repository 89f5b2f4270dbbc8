/** A request of a trace. */
export interface TraceRow {
  /** Milliseconds since the first row. */
  timeMs: number;
  inputTokens: number;
  /** Null where the trace does not say. */
  outputTokens: number | null;
  /** Which conversation it belongs to, where the trace says. */
  sessionId?: string | number | undefined;
  /** Names of the blocks that its prompt consists of, where the trace says. */
  blocks?: readonly number[] | undefined;
  model?: string | undefined;
}

/**
 * The rows of a trace in order of time, read as they are asked for.
 *
 * A reader checks its own input: it throws a BenchmarkError `input` with `file:line` for a row that it cannot use or
 * that is earlier than the one before.
 */
export interface TraceReader extends AsyncIterable<TraceRow> {
  /** The trace's path, for messages. */
  readonly name: string;
}
