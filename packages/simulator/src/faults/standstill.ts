import type { Clock } from '@aibrix/core/clock';

/** A time in which everything stands still, in epoch milliseconds. */
export interface Standstill {
  startMs: number;
  durationMs: number;
}

/** A clock that stands still at times, with the way to and from the one behind it. */
export interface HaltingClock extends Clock {
  /** The time on the clock behind it when this one shows `timeMs`: the end of a standstill for the moment of its start. */
  toReal(timeMs: number): number;
}

/**
 * The time as something sees it that does nothing during `standstills`, which lie apart, in order: what it does takes as
 * long as before, and all of it is later afterwards. A timer never fires during a standstill.
 */
export const createHaltingClock = (clock: Clock, standstills: readonly Standstill[]): HaltingClock => {
  const now = (): number => {
    const realMs = clock.now();
    let timeMs = realMs;
    for (const { startMs, durationMs } of standstills) {
      timeMs -= Math.min(durationMs, Math.max(0, realMs - startMs));
    }
    return timeMs;
  };
  const toReal = (timeMs: number): number => {
    let realMs = timeMs;
    for (const { startMs, durationMs } of standstills) if (realMs >= startMs) realMs += durationMs;
    return realMs;
  };
  return {
    now,
    toReal,
    at: (timeMs, callback) => clock.at(toReal(timeMs), callback),
    sleepUntil: (timeMs, options) => clock.sleepUntil(toReal(timeMs), options),
  };
};
