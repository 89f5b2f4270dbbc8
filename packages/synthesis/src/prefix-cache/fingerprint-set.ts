/** A set of 64-bit hashes, each as two halves from 0 to 2³² − 1. */
export interface FingerprintSet {
  /** Puts one in; whether it was not there. Halves must be well spread: the upper one says where it goes. */
  add(high: number, low: number): boolean;
  /** How many different ones there are. */
  readonly size: number;
  /** Memory of the table, in bytes. */
  readonly bytes: number;
}

/** A power of two: the upper bits of a hash say which segment it belongs to. */
const SEGMENTS = 64;
const SEGMENT_RANGE = 2 ** 32 / SEGMENTS;
const FIRST_CAPACITY = 16;
/** Fuller, and a search for what is not there takes long. */
const MAX_LOAD = 0.8;
/** Doubling would leave the table with 20 bytes an entry right after it grows; this leaves 12.5. */
const GROWTH = 1.25;

/** A part of the set: an open-addressing table of its own. */
class Segment {
  #capacity = FIRST_CAPACITY;
  // Both halves side by side, so that a look at a slot is one line of the processor's cache. Two zeros mean empty.
  #slots = new Uint32Array(2 * FIRST_CAPACITY);
  #size = 0;

  /** Puts one in, whose upper half lies `offset` above the segment's start; whether it was not there. */
  add(offset: number, high: number, low: number): boolean {
    if (!this.#insert(offset, high, low)) return false;
    if (++this.#size > this.#capacity * MAX_LOAD) this.#grow();
    return true;
  }

  get bytes(): number {
    return this.#slots.byteLength;
  }

  #insert(offset: number, high: number, low: number): boolean {
    const slots = this.#slots;
    let slot = Math.floor((offset * this.#capacity) / SEGMENT_RANGE);
    for (;;) {
      const storedHigh = slots[2 * slot] as number;
      const storedLow = slots[2 * slot + 1] as number;
      if (storedHigh === high && storedLow === low) return false;
      if (storedHigh === 0 && storedLow === 0) break;
      slot = slot + 1 === this.#capacity ? 0 : slot + 1;
    }
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity = Math.ceil(this.#capacity * GROWTH);
    this.#slots = new Uint32Array(2 * this.#capacity);
    for (let index = 0; index < old.length; index += 2) {
      const high = old[index] as number;
      const low = old[index + 1] as number;
      if (high !== 0 || low !== 0) this.#insert(high % SEGMENT_RANGE, high, low);
    }
    // Given back at once: the garbage collector does not hurry for memory that is not its own.
    old.buffer.transfer(0);
  }
}

/**
 * Makes an empty set: open-addressing tables of 8 bytes a slot, hence 10 to 12.5 bytes an entry once it has grown. There are
 * 64 of them, which grow one at a time, so that old and new memory together are never much more than that. A `Set` would
 * take some 40, and end at 2²⁴ entries.
 */
export const createFingerprintSet = (): FingerprintSet => {
  const segments = Array.from({ length: SEGMENTS }, () => new Segment());
  let size = 0;
  return {
    add(high, low) {
      const number = Math.floor(high / SEGMENT_RANGE);
      const segment = segments[number] as Segment;
      // The one hash that would look like an empty slot takes the place of its neighbour.
      const isNew = segment.add(high - number * SEGMENT_RANGE, high, high === 0 && low === 0 ? 1 : low);
      if (isNew) size++;
      return isNew;
    },
    get size() {
      return size;
    },
    get bytes() {
      return segments.reduce((sum, segment) => sum + segment.bytes, 0);
    },
  };
};
