/** Lets no more be under way at once than a limit. Those that find no place wait in line. */
export class Places {
  readonly #limit: number;
  readonly #line: ((waited: boolean) => void)[] = [];
  /** Those in line before it have got their places. */
  #head = 0;
  #taken = 0;
  #isClosed = false;
  #onFree: (() => void) | undefined;

  /** @param limit null: no limit */
  constructor(limit: number | null) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** Those in line. */
  get waiting(): number {
    return this.#line.length - this.#head;
  }

  /** Calls `start` when there is a place: now, or when one is given back, and then with true. */
  take(start: (waited: boolean) => void): void {
    if (this.#taken < this.#limit) {
      this.#taken++;
      start(false);
    } else {
      this.#line.push(start);
    }
  }

  /** Gives a place back, to the one that has waited longest. */
  give(): void {
    const next = this.#line[this.#head];
    if (next === undefined) {
      this.#taken--;
      this.#tellFree();
      return;
    }
    this.#head++;
    if (this.#head === this.#line.length) {
      this.#line.length = 0;
      this.#head = 0;
    }
    next(true);
  }

  /** Resolves when there is a place, or never will be. For one caller at a time. */
  async whenFree(): Promise<void> {
    while (this.#taken >= this.#limit && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#onFree = resolve;
      });
    }
  }

  /** Sends everybody in line away, for good. */
  close(): void {
    this.#isClosed = true;
    this.#line.length = 0;
    this.#head = 0;
    this.#tellFree();
  }

  #tellFree(): void {
    const onFree = this.#onFree;
    this.#onFree = undefined;
    onFree?.();
  }
}
