import { BlockTable } from './block-table.js';

const FIRST_CAPACITY = 64;
const NONE = -1;

/**
 * The blocks of a KV cache: held ones, and free ones in the order in which they are taken again. As in vLLM a freed block
 * keeps its content, and can be found by its name, until it is taken for something else: never used blocks first, then
 * those that were freed longest ago.
 *
 * Memory grows with the blocks that were ever used, some 40 bytes each.
 */
export class BlockPool {
  readonly totalBlocks: number;
  readonly #table = new BlockTable();
  /** Sequences that hold a block. */
  #holders = new Int32Array(FIRST_CAPACITY);
  // A doubly linked list of the free blocks that were used before: a hit takes one out of the middle.
  #next = new Int32Array(FIRST_CAPACITY);
  #previous = new Int32Array(FIRST_CAPACITY);
  #first: number = NONE;
  #last: number = NONE;
  /** Blocks from 0 on that were ever used. */
  #everUsed = 0;
  #used = 0;

  constructor(totalBlocks: number) {
    this.totalBlocks = totalBlocks;
  }

  /** Held by at least one sequence. */
  get usedBlocks(): number {
    return this.#used;
  }

  get freeBlocks(): number {
    return this.totalBlocks - this.#used;
  }

  /** Blocks that can be found, held or free. */
  get namedBlocks(): number {
    return this.#table.size;
  }

  /** The block of that name, or -1. */
  find(name: number): number {
    return this.#table.find(name);
  }

  isFree(block: number): boolean {
    return this.#holders[block] === 0;
  }

  /** Takes the block that is the first to go, for new content. There must be a free one. */
  take(): number {
    let block = this.#first;
    if (this.#everUsed < this.totalBlocks) {
      block = this.#everUsed++;
      if (block === this.#holders.length) this.#grow();
    } else {
      this.#unlink(block);
      this.#table.remove(block);
    }
    this.#holders[block] = 1;
    this.#used++;
    return block;
  }

  /** Holds a block that was found. */
  hold(block: number): void {
    if (this.isFree(block)) {
      this.#unlink(block);
      this.#used++;
    }
    (this.#holders[block] as number)++;
  }

  /** Lets a held block go; the last one that does frees it. */
  letGo(block: number): void {
    if (--(this.#holders[block] as number) > 0) return;
    this.#used--;
    this.#append(block);
  }

  /**
   * Makes a block that was taken findable. Of two with the same content only the first is found (vLLM keeps both, so that
   * the second outlives the first).
   */
  giveName(block: number, name: number): void {
    this.#table.add(name, block);
  }

  /** Lets no block be found. */
  forgetNames(): void {
    this.#table.clear();
  }

  #append(block: number): void {
    this.#previous[block] = this.#last;
    this.#next[block] = NONE;
    if (this.#last === NONE) this.#first = block;
    else this.#next[this.#last] = block;
    this.#last = block;
  }

  #unlink(block: number): void {
    const next = this.#next[block] as number;
    const previous = this.#previous[block] as number;
    if (previous === NONE) this.#first = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last = previous;
    else this.#previous[next] = previous;
  }

  #grow(): void {
    const capacity = Math.min(2 * this.#holders.length, this.totalBlocks);
    const grown = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(capacity);
      array.set(old);
      return array;
    };
    this.#holders = grown(this.#holders);
    this.#next = grown(this.#next);
    this.#previous = grown(this.#previous);
  }
}
