const NOW = 0;
const MAX = 1;

/** Requests in flight in all threads of a run together, in memory that they share: their most at once is known exactly. */
export class InFlightCount {
  /** Handed to the other threads, which make a count of their own around it. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  change(by: 1 | -1): void {
    const cells = this.#cells;
    const now = Atomics.add(cells, NOW, by) + by;
    for (let max = Atomics.load(cells, MAX); now > max; ) {
      // Another thread may have raised it meanwhile: then that is what must be beaten.
      max = Atomics.compareExchange(cells, MAX, max, now);
    }
  }

  get now(): number {
    return Atomics.load(this.#cells, NOW);
  }

  get max(): number {
    return Atomics.load(this.#cells, MAX);
  }
}
