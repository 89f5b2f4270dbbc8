/**
 * Time as the libraries see it. One clock serves a whole run, so that every stamp can be compared with every other.
 *
 * All times are milliseconds since the Unix epoch, with fractions; they never go backwards.
 */
export interface Clock {
  /** The current time, in epoch milliseconds. */
  now(): number;
  /**
   * Calls `callback` once, at `timeMs` or as soon after it as possible; never before it, and never before `at` has returned.
   *
   * @returns a function that cancels the call; calling it later does nothing.
   */
  at(timeMs: number, callback: () => void): () => void;
  /**
   * Resolves at `timeMs`, or on a later turn of the event loop when that has passed.
   * Rejects with the signal's reason when it aborts first.
   */
  sleepUntil(timeMs: number, options?: { signal?: AbortSignal | undefined }): Promise<void>;
}

/** `sleepUntil` in terms of `at`, for every clock. */
export const sleepOn = (
  at: Clock['at'],
  timeMs: number,
  options?: { signal?: AbortSignal | undefined },
): Promise<void> =>
  new Promise((resolve, reject) => {
    const signal = options?.signal;
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = at(timeMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
