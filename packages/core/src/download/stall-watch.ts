import type { Clock } from '../clock/index.js';

/** Aborts its signal when nothing was heard for a while. */
export interface StallWatch {
  readonly signal: AbortSignal;
  /** Something was heard. */
  touch(): void;
  stop(): void;
}

export const watchForStall = (clock: Clock, stallTimeoutMs: number): StallWatch => {
  const controller = new AbortController();
  let heardMs = clock.now();
  let cancel = (): void => {};
  const arm = (): void => {
    cancel = clock.at(heardMs + stallTimeoutMs, () => {
      if (clock.now() - heardMs >= stallTimeoutMs) controller.abort();
      else arm();
    });
  };
  arm();
  return {
    signal: controller.signal,
    touch() {
      heardMs = clock.now();
    },
    stop: () => cancel(),
  };
};
