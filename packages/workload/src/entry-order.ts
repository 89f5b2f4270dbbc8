import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';

/** Makes sure that entries come in order of time. */
export interface EntryOrder {
  /**
   * Takes the time of the next entry, in milliseconds.
   *
   * @throws BenchmarkError `input`, with its place, when it is before that of the one before
   */
  check(timestamp: number, location: InputLocation): void;
}

/** Starts before the first entry. */
export const createEntryOrder = (): EntryOrder => {
  let entries = 0;
  let previous = Number.NEGATIVE_INFINITY;
  return {
    check(timestamp, location) {
      if (timestamp < previous) {
        // Where there is no line, the number says which one it is.
        const entry = location.line === undefined ? ` of entry ${entries}` : '';
        throw new BenchmarkError(
          'input',
          `timestamp ${timestamp}${entry} is before that of the entry before it (${previous})`,
          {
            location,
            hint: 'A workload is read in order of time. Put its file in order first: aibrix workload sort, or sortWorkload.',
          },
        );
      }
      entries++;
      previous = timestamp;
    },
  };
};
