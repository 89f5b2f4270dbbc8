import { Fifo } from './fifo.js';

/** Lets no more be under way at once than a limit, which may rise. Those that find no place wait in line. */
export class Places {
  #limit: number;
  readonly #line = new Fifo<(waited: boolean) => void>();
  #taken = 0;
  #isClosed = false;
  #onFree: (() => void) | undefined;

  /** @param limit null: no limit */
  constructor(limit: number | null) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** Those in line. */
  get waiting(): number {
    return this.#line.length;
  }

  get hasFree(): boolean {
    return this.#taken < this.#limit;
  }

  /** One place more. */
  add(): void {
    this.#limit++;
    this.#taken++;
    this.give();
  }

  /** Calls `start` when there is a place: now, or when one is given back, and then with true. */
  take(start: (waited: boolean) => void): void {
    if (this.hasFree) {
      this.#taken++;
      start(false);
    } else {
      this.#line.push(start);
    }
  }

  /** Gives a place back, to the one that has waited longest. */
  give(): void {
    const next = this.#line.shift();
    if (next === undefined) {
      this.#taken--;
      this.#tellFree();
      return;
    }
    next(true);
  }

  /** Resolves when there is a place, or never will be. For one caller at a time. */
  async whenFree(): Promise<void> {
    while (!this.hasFree && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#onFree = resolve;
      });
    }
  }

  /** Sends everybody in line away, for good. */
  close(): void {
    this.#isClosed = true;
    this.#line.clear();
    this.#tellFree();
  }

  #tellFree(): void {
    const onFree = this.#onFree;
    this.#onFree = undefined;
    onFree?.();
  }
}
