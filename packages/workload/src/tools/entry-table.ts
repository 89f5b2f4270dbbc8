const FIRST_CAPACITY = 1024;

/** Where each entry of a file starts, and its time: 16 bytes an entry, and 4 more where they are out of order. */
export interface EntryTable {
  readonly entries: number;
  /** Entries whose time is before the latest so far. */
  readonly outOfOrder: number;
  /** By how much such a one is late at most, in milliseconds. */
  readonly largestStepBackMs: number;
  /** Byte offset. */
  offset(entry: number): number;
  /** The entry at each place in order of time; of the same time, as they stand. */
  entryAt(place: number): number;
}

/** Collects an `EntryTable`. */
export const createEntryTable = (): { add(offset: number, timestamp: number): void; build(): EntryTable } => {
  let offsets = new Float64Array(FIRST_CAPACITY);
  let times = new Float64Array(FIRST_CAPACITY);
  let count = 0;
  let outOfOrder = 0;
  let largestStepBackMs = 0;
  let latest = 0;
  const grown = (values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
    const larger = new Float64Array(Math.ceil(values.length * 1.5));
    larger.set(values);
    return larger;
  };
  return {
    add(offset, timestamp) {
      if (count === offsets.length) {
        offsets = grown(offsets);
        times = grown(times);
      }
      offsets[count] = offset;
      times[count++] = timestamp;
      if (timestamp < latest) {
        outOfOrder++;
        largestStepBackMs = Math.max(largestStepBackMs, latest - timestamp);
      } else latest = timestamp;
    },
    build() {
      let order: Uint32Array | undefined;
      if (outOfOrder > 0) {
        order = new Uint32Array(count).map((_, entry) => entry);
        order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
      }
      return {
        entries: count,
        outOfOrder,
        largestStepBackMs,
        offset: (entry) => offsets[entry] ?? 0,
        entryAt: (place) => (order ? (order[place] ?? 0) : place),
      };
    },
  };
};
