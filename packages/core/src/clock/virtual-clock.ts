import { type Clock, sleepOn } from './clock.js';

/** A clock that moves only when told to: hours of schedule run in milliseconds, and always the same way. */
export interface VirtualClock extends Clock {
  /** Timers that are set and have not fired. */
  readonly pending: number;
  /**
   * Moves to `timeMs`, firing every timer due by then in order of time (equal times: in the order they were set).
   * Between two timers all promise callbacks run, so timers that they set are honoured as well.
   */
  advanceTo(timeMs: number): Promise<void>;
  /** Fires timers until none is left, or until `untilMs`; returns the time reached. */
  run(options?: { untilMs?: number | undefined }): Promise<number>;
  /**
   * Fires timers until `promise` settles, and gives what it gives: for work that sets timers as it goes. While none is set
   * time stands still, and what the process does otherwise (reading a file, say) is waited for.
   *
   * @param options.patienceMs real milliseconds to wait for that while no file is read or written. Default 10,000
   * @throws Error when it did not come: the promise waits for something that will never happen
   */
  runUntil<T>(promise: Promise<T>, options?: { patienceMs?: number | undefined }): Promise<T>;
}

interface Timer {
  timeMs: number;
  order: number;
  callback: () => void;
}

const isEarlier = (a: Timer, b: Timer): boolean => a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);

/** A binary heap: a long virtual run holds a timer for each request under way. */
class TimerHeap {
  readonly #items: Timer[] = [];

  get first(): Timer | undefined {
    return this.#items[0];
  }

  push(timer: Timer): void {
    const items = this.#items;
    let index = items.push(timer) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isEarlier(timer, items[parent] as Timer)) break;
      items[index] = items[parent] as Timer;
      index = parent;
    }
    items[index] = timer;
  }

  shift(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isEarlier(items[child + 1] as Timer, items[child] as Timer)) child++;
      if (!isEarlier(items[child] as Timer, last)) break;
      items[index] = items[child] as Timer;
      index = child;
    }
    items[index] = last;
  }
}

/** Turns of the event loop in which nothing came due, after which it is left to itself for a millisecond at a time. */
const BUSY_TURNS = 1_000;

const PATIENCE_MS = 10_000;

/** Whether a file is being read or written: a large one may take longer than anybody's patience. */
const isReading = (): boolean => process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));

/** A turn of the real event loop: every promise callback that is ready has run when it resolves. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createVirtualClock = (options: { startMs?: number | undefined } = {}): VirtualClock => {
  const timers = new TimerHeap();
  const cancelled = new Set<Timer>();
  let currentMs = options.startMs ?? 0;
  let order = 0;
  let pending = 0;

  const at = (timeMs: number, callback: () => void): (() => void) => {
    let isOpen = true;
    const close = (): boolean => {
      if (!isOpen) return false;
      isOpen = false;
      pending--;
      return true;
    };
    const fire = (): void => {
      if (close()) callback();
    };
    const timer: Timer = { timeMs, order: order++, callback: fire };
    timers.push(timer);
    pending++;
    return () => {
      if (close()) cancelled.add(timer);
    };
  };

  const nextDue = (untilMs: number): Timer | undefined => {
    for (;;) {
      const timer = timers.first;
      if (timer === undefined || timer.timeMs > untilMs) return undefined;
      timers.shift();
      if (!cancelled.delete(timer)) return timer;
    }
  };

  const fireUntil = async (untilMs: number): Promise<void> => {
    await settle();
    for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
      currentMs = Math.max(currentMs, timer.timeMs);
      timer.callback();
      await settle();
    }
  };

  const runUntil = async <T>(promise: Promise<T>, patienceMs: number): Promise<T> => {
    let isSettled = false;
    const onSettled = (): void => {
      isSettled = true;
    };
    promise.then(onSettled, onSettled);
    let idleTurns = 0;
    let idleSinceMs = 0;
    for (;;) {
      await settle();
      if (isSettled) return promise;
      const timer = nextDue(Number.POSITIVE_INFINITY);
      if (timer) {
        idleTurns = 0;
        currentMs = Math.max(currentMs, timer.timeMs);
        timer.callback();
        continue;
      }
      if (idleTurns++ === 0 || isReading()) idleSinceMs = performance.now();
      if (performance.now() - idleSinceMs > patienceMs) {
        throw new Error(`no timer is set on the virtual clock, and nothing else came in ${patienceMs} ms`);
      }
      if (idleTurns > BUSY_TURNS) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };

  return {
    now: () => currentMs,
    at,
    sleepUntil: (timeMs, sleepOptions) => sleepOn(at, timeMs, sleepOptions),
    get pending() {
      return pending;
    },
    async advanceTo(timeMs) {
      await fireUntil(timeMs);
      currentMs = Math.max(currentMs, timeMs);
    },
    async run(runOptions) {
      await fireUntil(runOptions?.untilMs ?? Number.POSITIVE_INFINITY);
      return currentMs;
    },
    runUntil: (promise, runOptions) => runUntil(promise, runOptions?.patienceMs ?? PATIENCE_MS),
  };
};
