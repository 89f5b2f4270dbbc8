import type { Random } from '@aibrix/core/random';
import type { ClientWindow } from './client-windows.js';
import { type UnitGaps, unitGaps } from './unit-gaps.js';

/** A request of a client. */
export interface ClientArrival {
  seconds: number;
  window: ClientWindow;
}

/**
 * When a client asks. Time runs at the speed of the rate: the next request comes when as many requests were expected since
 * the last one as a gap with a mean of 1 says. So a gap that reaches into another window goes on at that window's rate,
 * and the expected number of requests in each window is its rate times its length. Nothing is asked in idle windows.
 *
 * @param options.windows in order of time; cut to what is wanted
 * @param options.rateFactor what rates are multiplied by
 */
export const clientArrivals = function* (options: {
  windows: readonly ClientWindow[];
  rateFactor: number;
  random: Random;
}): Generator<ClientArrival> {
  const { windows, rateFactor, random } = options;
  /** What is left of the gap; undefined before the first. */
  let left: number | undefined;
  for (const window of windows) {
    const gaps: UnitGaps = unitGaps({ family: window.family, cv: window.cv, random });
    const rate = window.rate * rateFactor;
    left ??= gaps.first();
    for (let seconds = window.startSeconds; ; left = gaps.next()) {
      const next: number = seconds + left / rate;
      if (next >= window.endSeconds) {
        // Rounding must not put the next request before its window.
        left = Math.max(0, left - (window.endSeconds - seconds) * rate);
        break;
      }
      seconds = next;
      yield { seconds, window };
    }
  }
};
