import { type RowRules, rowCheck } from './row-check.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Options of `rowsTrace`. */
export interface RowsTraceOptions {
  /** Name for messages. Default `<rows>`. */
  name?: string | undefined;
  /** Tokens of each block, where rows name blocks. */
  blockTokens?: number | undefined;
}

const checked = async function* (
  rows: Iterable<TraceRow> | AsyncIterable<TraceRow>,
  rules: RowRules,
): AsyncGenerator<TraceRow> {
  const check = rowCheck(rules);
  for await (const row of rows) {
    check(row);
    yield row;
  }
};

/**
 * A trace of rows of one's own: what is not in a file, or in one of another form. It can be read as often as `rows` can.
 * Rows are checked; in messages a row's number stands for its line.
 */
export const rowsTrace = (
  rows: Iterable<TraceRow> | AsyncIterable<TraceRow>,
  options: RowsTraceOptions = {},
): TraceReader => {
  const { name = '<rows>', blockTokens } = options;
  const readerOf = ({ isSorted }: { isSorted: boolean }): TraceReader => ({
    name,
    ...(blockTokens !== undefined && { blockTokens }),
    [Symbol.asyncIterator]: () => checked(rows, { name, blockTokens, isSorted, leastMs: 0 }),
  });
  return { ...readerOf({ isSorted: true }), inFileOrder: readerOf({ isSorted: false }) };
};
