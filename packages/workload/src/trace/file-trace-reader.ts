import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import { type TimeOrder, timeOrder } from './time-order.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** One reading of a trace from its start. */
export interface TraceReading {
  rows: AsyncIterable<TraceRow>;
  /** Whole once the rows were read. */
  notes(): string[];
}

/** A trace in a file, and how it is read. */
export interface FileTrace {
  path: string;
  blockTokens?: number;
  /** What to say where the file is missing. */
  whereToGetIt?: string;
  /** Begins a reading, which asks `order` about each row's time. */
  start(order: TimeOrder): TraceReading;
}

const readerOf = (trace: FileTrace, { isSorted }: { isSorted: boolean }): TraceReader => {
  const { path, blockTokens, whereToGetIt } = trace;
  let notes = (): string[] => [];
  return {
    name: path === STDIO ? '<stdin>' : path,
    ...(blockTokens !== undefined && { blockTokens }),
    notes: () => notes(),
    async *[Symbol.asyncIterator]() {
      const reading = trace.start(timeOrder({ isSorted }));
      notes = () => reading.notes();
      try {
        yield* reading.rows;
      } catch (error) {
        if (!whereToGetIt || !BenchmarkError.is(error) || error.code !== 'file-not-found') throw error;
        throw new BenchmarkError('file-not-found', error.message, { cause: error, hint: whereToGetIt });
      }
    },
  };
};

/** A reader of a trace that is put in order as it is read. */
export const orderedTraceReader = (trace: FileTrace): TraceReader => readerOf(trace, { isSorted: true });

/** A reader that refuses rows which are not in order of time, and beside it one that does not. */
export const fileTraceReader = (trace: FileTrace): TraceReader => ({
  ...readerOf(trace, { isSorted: true }),
  inFileOrder: readerOf(trace, { isSorted: false }),
});
