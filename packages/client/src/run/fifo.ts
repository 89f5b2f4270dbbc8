/** So many places that were left are given back together: moving the rest costs as much as there is of it. */
const MIN_LEFT = 1024;

/** A queue that takes constant time at both ends, and holds on to nothing that has left it, however long it is never empty. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  /** Index of the first in line: before it nobody is left. */
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** The first in line; undefined when there is none. */
  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Removes the first in line and gives it; undefined when there is none. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.length === 0) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) this.clear();
    else if (this.#head >= MIN_LEFT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
