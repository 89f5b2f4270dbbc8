/** Starts one thing after the other. One that fails at once makes room for the next, without end to the depth of the stack. */
export class Starts<T> {
  readonly #start: (item: T) => void;
  #waiting: T[] = [];
  #isStarting = false;

  constructor(start: (item: T) => void) {
    this.#start = start;
  }

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#isStarting) return;
    this.#isStarting = true;
    // It grows while it is walked.
    for (const next of this.#waiting) this.#start(next);
    this.#waiting = [];
    this.#isStarting = false;
  }
}
