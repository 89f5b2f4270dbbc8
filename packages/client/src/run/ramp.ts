import type { Clock } from '@aibrix/core/clock';
import type { Places } from './places.js';

export interface RampOptions {
  clock: Clock;
  /** When the ramp begins, in epoch milliseconds. */
  startMs: number;
  /** How long it takes, in milliseconds. */
  rampMs: number;
  /** Places at its beginning and at its end. */
  from: number;
  to: number;
}

/**
 * Adds places one by one, evenly spread over a ramp: place k (`from` < k ≤ `to`) is there at
 * start + ramp · (k − from) / (to − from).
 *
 * @returns a function that ends the ramp where it is
 */
export const startRamp = (places: Places, options: RampOptions): (() => void) => {
  const { clock, startMs, rampMs, from, to } = options;
  let cancel = (): void => {};
  const waitFor = (place: number): void => {
    if (place > to) return;
    cancel = clock.at(startMs + (rampMs * (place - from)) / (to - from), () => {
      places.add();
      waitFor(place + 1);
    });
  };
  waitFor(from + 1);
  return () => cancel();
};
