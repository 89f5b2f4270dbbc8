import { STDIO } from '@aibrix/core/files';
import { type FileBytes, readHashed } from '../hashed-reading.js';
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
  /** Ends the reading; its reason is thrown. */
  signal: AbortSignal | undefined;
  /** Begins a reading of the opened file, which asks `order` about each row's time. */
  start(file: FileBytes, order: TimeOrder): TraceReading;
}

const readerOf = (trace: FileTrace, { isSorted }: { isSorted: boolean }): TraceReader => {
  const { path, blockTokens, whereToGetIt, signal } = trace;
  let notes = (): string[] => [];
  let traceSha256: string | null = null;
  return {
    name: path === STDIO ? '<stdin>' : path,
    ...(blockTokens !== undefined && { blockTokens }),
    notes: () => notes(),
    identity: () => ({ traceSha256 }),
    [Symbol.asyncIterator]: () =>
      readHashed(path, {
        signal,
        whereToGetIt,
        read(file) {
          const reading = trace.start(file, timeOrder({ isSorted }));
          notes = () => reading.notes();
          return reading.rows;
        },
        onHash(sha256) {
          traceSha256 = sha256;
        },
      }),
  };
};

/** A reader of a trace that is put in order as it is read. */
export const orderedTraceReader = (trace: FileTrace): TraceReader => readerOf(trace, { isSorted: true });

/** A reader that refuses rows which are not in order of time, and beside it one that does not. */
export const fileTraceReader = (trace: FileTrace): TraceReader => ({
  ...readerOf(trace, { isSorted: true }),
  inFileOrder: readerOf(trace, { isSorted: false }),
});
