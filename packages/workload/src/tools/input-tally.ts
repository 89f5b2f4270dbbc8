import type { WorkloadEntry } from '@aibrix/schema';
import { createEntryOrder } from '../entry-order.js';
import { eventsOf } from './entry-events.js';
import { nameOfInput, placeIn, type WorkloadInput } from './workload-input.js';

/** What was read of an input. */
interface InputFigures {
  /** Its file, or what made it. */
  name: string;
  /** With those left out. */
  entries: number;
  requests: number;
  /** Entries that have neither requests nor events, which are left out. */
  empty_entries: number;
  /** Milliseconds; null without entries. */
  last_timestamp: number | null;
}

/** Checks the entries of an input as they are read, and counts them. */
export interface InputTally {
  /**
   * Takes the next entry.
   *
   * @returns its number in the input, from 0; undefined for an empty one, which is to be left out
   * @throws BenchmarkError `input` when its time is before that of the one before
   */
  take(entry: WorkloadEntry): number | undefined;
  readonly figures: Readonly<InputFigures>;
}

export const createInputTally = (input: WorkloadInput): InputTally => {
  const order = createEntryOrder();
  const name = nameOfInput(input);
  const figures: InputFigures = { name, entries: 0, requests: 0, empty_entries: 0, last_timestamp: null };
  return {
    figures,
    take(entry) {
      const { timestamp, requests } = entry;
      order.check(timestamp, placeIn(input));
      const number = figures.entries++;
      figures.last_timestamp = timestamp;
      figures.requests += requests.length;
      if (requests.length > 0 || eventsOf(entry).length > 0) return number;
      figures.empty_entries++;
      return undefined;
    },
  };
};
