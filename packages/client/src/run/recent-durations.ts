import { RECENT_SLOT_MS, RECENT_SLOTS } from './recent-counts.js';
import { TimeSlots } from './time-slots.js';

/** Quantiles of the last seconds, each within 1 % of the value that it stands for. */
export interface RecentQuantiles {
  /** Values they are of. */
  count: number;
  p50: number;
  p90: number;
  p99: number;
}

/** Bounds of the buckets grow by 2 %: the middle of one is within 1 % of all that is in it. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** Below is the first bucket, which stands for 0. */
const MIN_SECONDS = 1e-6;
/** Up to three hours, at the last bucket and above. */
const BUCKETS = Math.ceil(Math.log(10_000 / MIN_SECONDS) / LOG_GROWTH);

const bucketOf = (seconds: number): number => {
  if (!(seconds > MIN_SECONDS)) return 0;
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(seconds / MIN_SECONDS) / LOG_GROWTH));
};

const middleOf = (bucket: number): number => (bucket === 0 ? 0 : MIN_SECONDS * GROWTH ** (bucket - 0.5));

/** Durations of the last seconds, as counts in buckets: memory does not depend on how many there are. */
export class RecentDurations {
  readonly #counts = new Uint32Array(RECENT_SLOTS * BUCKETS);
  readonly #slots = new TimeSlots({
    slots: RECENT_SLOTS,
    slotMs: RECENT_SLOT_MS,
    clear: (place) => this.#counts.fill(0, place * BUCKETS, (place + 1) * BUCKETS),
  });

  /** @param timeMs when it was known, in epoch milliseconds */
  add(timeMs: number, seconds: number): void {
    const place = this.#slots.placeOf(timeMs);
    if (place < 0) return;
    const index = place * BUCKETS + bucketOf(seconds);
    this.#counts[index] = (this.#counts[index] as number) + 1;
  }

  /** Null where there was none. */
  quantiles(nowMs: number): RecentQuantiles | null {
    const summed = new Float64Array(BUCKETS);
    let count = 0;
    for (const place of this.#slots.placesUntil(nowMs)) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const here = this.#counts[place * BUCKETS + bucket] as number;
        summed[bucket] = (summed[bucket] as number) + here;
        count += here;
      }
    }
    if (count === 0) return null;
    const quantile = (q: number): number => {
      let before = 0;
      // The value at the rank nearest to q · (n − 1).
      const rank = Math.round(q * (count - 1));
      const bucket = summed.findIndex((here) => {
        before += here;
        return before > rank;
      });
      return middleOf(bucket);
    };
    return { count, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
  }
}
