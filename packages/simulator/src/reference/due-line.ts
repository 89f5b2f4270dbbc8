import type { Clock } from '@aibrix/core/clock';

/** Calls back for items when they are due, in the order in which they were added: a timer for all of them. */
export class DueLine<T> {
  readonly #clock: Clock;
  readonly #onDue: (item: T) => void;
  #items: { item: T; dueMs: number }[] = [];
  #head = 0;
  #isWaiting = false;

  constructor(clock: Clock, onDue: (item: T) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param dueMs in epoch milliseconds, not before that of the item added last, or a little */
  add(item: T, dueMs: number): void {
    this.#items.push({ item, dueMs });
    this.#wait();
  }

  #wait(): void {
    const first = this.#items[this.#head];
    if (this.#isWaiting || first === undefined) return;
    this.#isWaiting = true;
    this.#clock.at(first.dueMs, () => {
      this.#isWaiting = false;
      this.#serve();
    });
  }

  #serve(): void {
    const nowMs = this.#clock.now();
    // What is added while it serves waits for the next turn, even without a delay.
    const end = this.#items.length;
    while (this.#head < end) {
      const { item, dueMs } = this.#items[this.#head] as { item: T; dueMs: number };
      if (dueMs > nowMs) break;
      this.#head++;
      this.#onDue(item);
    }
    if (this.#head > 1024 || this.#head === this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    this.#wait();
  }
}
