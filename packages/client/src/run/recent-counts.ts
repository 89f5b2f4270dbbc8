import { TimeSlots } from './time-slots.js';

/** How far a live view looks back: ten slots of a second, of which the last is not over. */
export const RECENT_SLOTS = 10;
export const RECENT_SLOT_MS = 1000;

/** How much there was in the last seconds. */
export class RecentCounts {
  readonly #counts = new Float64Array(RECENT_SLOTS);
  readonly #slots = new TimeSlots({
    slots: RECENT_SLOTS,
    slotMs: RECENT_SLOT_MS,
    clear: (place) => {
      this.#counts[place] = 0;
    },
  });

  add(timeMs: number, count = 1): void {
    const place = this.#slots.placeOf(timeMs);
    if (place >= 0) this.#counts[place] = (this.#counts[place] as number) + count;
  }

  /**
   * Per second, over the window that ends at `nowMs`, or over what has passed of it since `sinceMs`.
   *
   * @returns null while less than a tenth of a second has passed
   */
  rate(nowMs: number, sinceMs: number): number | null {
    const seconds = (nowMs - Math.max(sinceMs, this.#slots.beginOf(nowMs))) / 1000;
    if (seconds < 0.1) return null;
    const sum = this.#slots.placesUntil(nowMs).reduce((total, place) => total + (this.#counts[place] as number), 0);
    return sum / seconds;
  }
}
