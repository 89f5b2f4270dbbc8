const FIRST_CAPACITY = 64;
/** Fuller, and a search for what is not there takes long. */
const MAX_LOAD = 0.6;
const NO_BLOCK = -1;

// Reads the bits of a number.
const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

const hashOf = (name: number): number => {
  scratch[0] = name;
  const mixed = Math.imul((scratchWords[0] as number) ^ Math.imul(scratchWords[1] as number, 0x85ebca6b), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 15)) >>> 0;
};

/**
 * Blocks by their names: an open-addressing table of numbers, some 20 bytes a block. A `Map` would take five times as much,
 * all of it for the garbage collector to walk through while answers are due.
 */
export class BlockTable {
  /** Of each block; NaN where it has none. */
  #names = new Float64Array(FIRST_CAPACITY).fill(Number.NaN);
  #slots = new Int32Array(FIRST_CAPACITY).fill(NO_BLOCK);
  #size = 0;

  /** Blocks that have a name. */
  get size(): number {
    return this.#size;
  }

  /** The block of that name, or -1. */
  find(name: number): number {
    return this.#slots[this.#slotOf(name)] as number;
  }

  /** Gives a block without a name one, unless another block has it; says whether it did. */
  add(name: number, block: number): boolean {
    if (this.#size + 1 > this.#slots.length * MAX_LOAD) this.#resize(this.#slots.length * 2);
    const slot = this.#slotOf(name);
    if (this.#slots[slot] !== NO_BLOCK) return false;
    this.#makePlaceFor(block);
    this.#slots[slot] = block;
    this.#names[block] = name;
    this.#size++;
    return true;
  }

  /** Takes a block's name away, if it has one. */
  remove(block: number): void {
    const name = this.#names[block];
    if (name === undefined || Number.isNaN(name)) return;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let empty = this.#slotOf(name);
    // What was pushed past the emptied slot moves back, so that searches need no mark of what was there.
    for (let slot = (empty + 1) & mask; slots[slot] !== NO_BLOCK; slot = (slot + 1) & mask) {
      const home = hashOf(this.#names[slots[slot] as number] as number) & mask;
      if (((slot - home) & mask) < ((slot - empty) & mask)) continue;
      slots[empty] = slots[slot] as number;
      empty = slot;
    }
    slots[empty] = NO_BLOCK;
    this.#names[block] = Number.NaN;
    this.#size--;
  }

  clear(): void {
    this.#names.fill(Number.NaN);
    this.#slots.fill(NO_BLOCK);
    this.#size = 0;
  }

  /** Where the name is, or would go. */
  #slotOf(name: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(name) & mask;
    for (;;) {
      const block = slots[slot] as number;
      if (block === NO_BLOCK || this.#names[block] === name) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #makePlaceFor(block: number): void {
    if (block < this.#names.length) return;
    const names = new Float64Array(Math.max(block + 1, 2 * this.#names.length)).fill(Number.NaN);
    names.set(this.#names);
    this.#names = names;
  }

  #resize(capacity: number): void {
    const old = this.#slots;
    this.#slots = new Int32Array(capacity).fill(NO_BLOCK);
    for (const block of old) {
      if (block !== NO_BLOCK) this.#slots[this.#slotOf(this.#names[block] as number)] = block;
    }
  }
}
