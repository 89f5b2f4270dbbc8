import { quantileOfSorted } from '@aibrix/metrics';

/** The last values of a stream, for a live view: a look costs the same however long the stream has been. */
export class RecentValues {
  readonly #values: number[] = [];
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** Null before the first value. */
  quantile(q: number): number | null {
    return quantileOfSorted(
      this.#values.toSorted((a, b) => a - b),
      q,
    );
  }
}
