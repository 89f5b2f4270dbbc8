/** A set of 64-bit hashes, each as two halves from 0 to 2³² − 1. */
export interface FingerprintSet {
  /** Puts one in; whether it was not there. Halves must be well spread: the upper one says where it goes. */
  add(high: number, low: number): boolean;
  /** How many different ones there are. */
  readonly size: number;
  /** Memory of the table, in bytes. */
  readonly bytes: number;
}

const FIRST_CAPACITY = 1024;
/** Fuller, and a search for what is not there takes long. */
const MAX_LOAD = 0.8;
/** Doubling would leave the table with 20 bytes an entry right after it grows; this leaves 15. */
const GROWTH = 1.5;
const HALF_RANGE = 2 ** 32;

/**
 * Makes an empty set: an open-addressing table of 8 bytes a slot, hence 10 to 15 bytes an entry once it has grown, and
 * the old and the new table together for the moment of growing. A `Set` would take some 40, and end at 2²⁴ entries.
 */
export const createFingerprintSet = (): FingerprintSet => {
  let capacity = FIRST_CAPACITY;
  // Both halves side by side, so that a look at a slot is one line of the processor's cache. Two zeros mean empty.
  let slots = new Uint32Array(2 * capacity);
  let size = 0;

  const insert = (high: number, low: number): boolean => {
    let slot = Math.floor((high * capacity) / HALF_RANGE);
    for (;;) {
      const storedHigh = slots[2 * slot] as number;
      const storedLow = slots[2 * slot + 1] as number;
      if (storedHigh === high && storedLow === low) return false;
      if (storedHigh === 0 && storedLow === 0) break;
      slot = slot + 1 === capacity ? 0 : slot + 1;
    }
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    return true;
  };

  const grow = (): void => {
    const old = slots;
    capacity = Math.ceil(capacity * GROWTH);
    slots = new Uint32Array(2 * capacity);
    for (let index = 0; index < old.length; index += 2) {
      const high = old[index] as number;
      const low = old[index + 1] as number;
      if (high !== 0 || low !== 0) insert(high, low);
    }
  };

  return {
    add(high, low) {
      // The one hash that would look like an empty slot takes the place of its neighbour.
      const isNew = insert(high, high === 0 && low === 0 ? 1 : low);
      if (isNew && ++size > capacity * MAX_LOAD) grow();
      return isNew;
    },
    get size() {
      return size;
    },
    get bytes() {
      return slots.byteLength;
    },
  };
};
