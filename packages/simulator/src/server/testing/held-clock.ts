import { type Clock, createRealClock } from '@aibrix/core/clock';

/** A clock that stands at the moment it was made until it is let go; from then on it runs as the real one does. */
export interface HeldClock extends Clock {
  letGo(): void;
}

/** For what is to happen a known time after a moment that a test waits for. */
export const createHeldClock = (): HeldClock => {
  const clock = createRealClock();
  const heldMs = clock.now();
  let shiftMs: number | undefined;
  const kept: (() => void)[] = [];
  const at = (timeMs: number, callback: () => void): (() => void) => {
    if (shiftMs !== undefined) return clock.at(timeMs + shiftMs, callback);
    let cancel: (() => void) | undefined;
    let isCancelled = false;
    kept.push(() => {
      if (!isCancelled) cancel = at(timeMs, callback);
    });
    return () => {
      isCancelled = true;
      cancel?.();
    };
  };
  return {
    now: () => (shiftMs === undefined ? heldMs : clock.now() - shiftMs),
    at,
    sleepUntil: (timeMs) => new Promise((resolve) => void at(timeMs, resolve)),
    letGo() {
      shiftMs = clock.now() - heldMs;
      for (const start of kept) start();
    },
  };
};
