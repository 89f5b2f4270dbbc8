import { type Clock, sleepOn } from './clock.js';

/** The longest delay a Node timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Node timers have whole milliseconds and fire up to one late: wake this early, then turn the event loop until it is time. */
const SPIN_MS = 1.5;

/**
 * So long the clock is watched before sockets are served again. A turn for each look would be no more precise, and would
 * leave a third of all garbage, whose collection makes requests late.
 */
const SLICE_MS = 0.02;

/**
 * The machine's clock: monotonic, anchored once to wall time (when the process started), with microsecond fractions.
 * A later step of the wall clock (NTP) therefore never bends a measurement.
 *
 * Timers are precise to the length of one turn of the event loop: the last 1.5 ms are waited for with `setImmediate`,
 * so that sockets are still served meanwhile.
 */
export const createRealClock = (): Clock => {
  // A getter, and this is asked for with every socket read.
  const originMs = performance.timeOrigin;
  const now = (): number => originMs + performance.now();
  const at = (timeMs: number, callback: () => void): (() => void) => {
    let timer: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    const wait = (): void => {
      const remaining = timeMs - now();
      if (remaining > SPIN_MS) {
        timer = setTimeout(wait, Math.min(remaining - SPIN_MS, MAX_TIMER_MS));
      } else {
        immediate = setImmediate(spin);
      }
    };
    const spin = (): void => {
      const sliceEndMs = now() + SLICE_MS;
      for (;;) {
        const nowMs = now();
        if (nowMs >= timeMs) {
          callback();
          return;
        }
        if (nowMs >= sliceEndMs) break;
      }
      immediate = setImmediate(spin);
    };
    wait();
    return () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  };
  return { now, at, sleepUntil: (timeMs, options) => sleepOn(at, timeMs, options) };
};
