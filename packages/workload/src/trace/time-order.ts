import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';

/** Where the time of a row stands, for messages. */
interface RowTime {
  /** Name and value as the trace has them: `TIMESTAMP 2023-11-16 18:15:46`. */
  shown: string;
  location: InputLocation;
}

/** Checks that rows come in order of time, where that matters. */
export interface TimeOrder {
  /** @throws BenchmarkError `input` for a time that is earlier than the one before */
  check(timeMs: number, row: RowTime): void;
}

/** The error for a row that is earlier than the one before. */
export const earlierRow = ({ shown, location }: RowTime): BenchmarkError =>
  new BenchmarkError('input', `${shown} is earlier than the row before`, {
    location,
    hint: 'The trace is read as a stream: sort its rows by time, or have them sorted in memory with --sort (sortTrace).',
  });

/** Starts a check; one for rows that will be sorted takes them as they come. */
export const timeOrder = ({ isSorted }: { isSorted: boolean }): TimeOrder => {
  if (!isSorted) return { check: () => {} };
  let previousMs = Number.NEGATIVE_INFINITY;
  return {
    check(timeMs, row) {
      if (timeMs < previousMs) throw earlierRow(row);
      previousMs = timeMs;
    },
  };
};
