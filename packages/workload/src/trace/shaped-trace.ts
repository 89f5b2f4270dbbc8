import type { TraceReading } from './file-trace-reader.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** A reader whose rows are made of another's; that one's notes come first, and its identity stays. */
export const shapedTrace = (
  reader: TraceReader,
  start: (rows: AsyncIterable<TraceRow>) => TraceReading,
): TraceReader => {
  let notes = (): string[] => [];
  return {
    name: reader.name,
    ...(reader.blockTokens !== undefined && { blockTokens: reader.blockTokens }),
    notes: () => [...(reader.notes?.() ?? []), ...notes()],
    identity: () => reader.identity?.() ?? {},
    async *[Symbol.asyncIterator]() {
      const reading = start(reader);
      notes = () => reading.notes();
      yield* reading.rows;
    },
  };
};
