/**
 * A ring of equal slots of time, for what a live view looks back on. A slot is used again when its time has passed, so memory
 * and the cost of an entry do not depend on how much there is.
 */
export class TimeSlots {
  readonly #slotMs: number;
  /** Which slot of all time stands at each place of the ring. */
  readonly #numbers: Float64Array;
  readonly #clear: (place: number) => void;

  /** @param options.clear empties a place of the ring before another slot takes it */
  constructor(options: { slots: number; slotMs: number; clear: (place: number) => void }) {
    this.#slotMs = options.slotMs;
    this.#numbers = new Float64Array(options.slots).fill(Number.NEGATIVE_INFINITY);
    this.#clear = options.clear;
  }

  /** Place of a time in the ring; -1 for one that has left it. */
  placeOf(timeMs: number): number {
    const number = Math.floor(timeMs / this.#slotMs);
    const place = number % this.#numbers.length;
    const held = this.#numbers[place] as number;
    if (held === number) return place;
    if (held > number) return -1;
    this.#numbers[place] = number;
    this.#clear(place);
    return place;
  }

  /** Places of the slots that end with the one of `nowMs`, in no order. */
  placesUntil(nowMs: number): number[] {
    const last = Math.floor(nowMs / this.#slotMs);
    const first = last - this.#numbers.length + 1;
    return [...this.#numbers.keys()].filter((place) => {
      const number = this.#numbers[place] as number;
      return number >= first && number <= last;
    });
  }

  /** When the oldest slot that counts at `nowMs` began, in epoch milliseconds. */
  beginOf(nowMs: number): number {
    return (Math.floor(nowMs / this.#slotMs) - this.#numbers.length + 1) * this.#slotMs;
  }
}
