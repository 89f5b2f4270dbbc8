/** Counts of a whole run by bucket, as Prometheus has histograms: in constant memory, and never reset. */
export interface BucketFigures {
  /** Upper bounds, ascending; values above the last are in `count` only. */
  bounds: readonly number[];
  /** Values at or below each bound. */
  cumulative: number[];
  count: number;
  sum: number;
}

export class BucketCounts {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #count = 0;
  #sum = 0;

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length);
  }

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
  }

  figures(): BucketFigures {
    let before = 0;
    const cumulative = Array.from(this.#counts, (count) => {
      before += count;
      return before;
    });
    return { bounds: this.#bounds, cumulative, count: this.#count, sum: this.#sum };
  }
}
