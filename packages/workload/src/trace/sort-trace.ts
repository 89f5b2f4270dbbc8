import { countNote } from '../count-note.js';
import { shapedTrace } from './shaped-trace.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** The rows in order of time, those of one time as they stood; and how many came after a later one. */
const sorted = async (given: AsyncIterable<TraceRow>): Promise<{ rows: TraceRow[]; late: number }> => {
  const rows: TraceRow[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  let late = 0;
  for await (const row of given) {
    if (row.timeMs < latest) late++;
    else latest = row.timeMs;
    rows.push(row);
  }
  if (late > 0) rows.sort((a, b) => a.timeMs - b.timeMs);
  return { rows, late };
};

/**
 * A trace whose rows are not in order of time, put in order; rows of one time stay as they stood. All of them are held in
 * memory. Times of a dated trace then count from the earliest row.
 *
 * It has to stand directly around the reader of a file, because all others refuse rows that are not in order.
 */
export const sortTrace = (reader: TraceReader): TraceReader =>
  shapedTrace(reader.inFileOrder ?? reader, (given) => {
    let outOfOrder = 0;
    const rows = async function* (): AsyncGenerator<TraceRow> {
      const { rows: all, late } = await sorted(given);
      outOfOrder = late;
      // Only a trace that counts from the first row of its file has times before it.
      const startMs = Math.min(0, all[0]?.timeMs ?? 0);
      for (const row of all) yield startMs < 0 ? { ...row, timeMs: row.timeMs - startMs } : row;
    };
    return { rows: rows(), notes: () => countNote('rows out of order of time, which were sorted', outOfOrder) };
  });
