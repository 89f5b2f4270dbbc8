import { BenchmarkError } from '@aibrix/core/errors';
import { timeOrder } from './time-order.js';
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
  { name, isSorted }: { name: string; isSorted: boolean },
): AsyncGenerator<TraceRow> {
  const order = timeOrder({ isSorted });
  let line = 0;
  for await (const row of rows) {
    const location = { file: name, line: ++line };
    if (!Number.isFinite(row.timeMs) || row.timeMs < 0) {
      throw new BenchmarkError('input', `timeMs is ${row.timeMs}`, {
        location,
        hint: 'It must be a number of milliseconds, at least 0.',
      });
    }
    order.check(row.timeMs, { shown: `timeMs ${row.timeMs}`, location });
    yield row;
  }
};

/**
 * A trace of rows of one's own: what is not in a file, or in one of another form. It can be read as often as `rows` can.
 * In messages a row's number stands for its line.
 */
export const rowsTrace = (
  rows: Iterable<TraceRow> | AsyncIterable<TraceRow>,
  options: RowsTraceOptions = {},
): TraceReader => {
  const { name = '<rows>', blockTokens } = options;
  const readerOf = ({ isSorted }: { isSorted: boolean }): TraceReader => ({
    name,
    ...(blockTokens !== undefined && { blockTokens }),
    [Symbol.asyncIterator]: () => checked(rows, { name, isSorted }),
  });
  return { ...readerOf({ isSorted: true }), inFileOrder: readerOf({ isSorted: false }) };
};
