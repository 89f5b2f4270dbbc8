/** How many requests are in flight, summed over time. */
export class InFlight {
  #now = 0;
  #max = 0;
  #sinceMs = 0;
  #requestMs = 0;

  /** The count changes at a time; times that go back a little count as no time. */
  change(by: 1 | -1, timeMs: number): void {
    this.#requestMs += this.#now * Math.max(0, timeMs - this.#sinceMs);
    this.#sinceMs = Math.max(this.#sinceMs, timeMs);
    this.#now += by;
    this.#max = Math.max(this.#max, this.#now);
  }

  /** Most at once. */
  get max(): number {
    return this.#max;
  }

  /** Requests × the milliseconds they were in flight. */
  get requestMs(): number {
    return this.#requestMs;
  }
}
