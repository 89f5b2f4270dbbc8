/** Windows this far behind the newest are closed: what comes later still is counted on its own. */
const OPEN_WINDOWS_MS = 10_000;

/** The index of dispersion of points in time that come one after another, nearly in order, in bounded memory. */
export interface RunningDispersion {
  /** A point in time, in milliseconds. */
  add(timeMs: number): void;
  /**
   * Variance / mean of the counts in the windows from the first point's up to the last point's, which is left out because
   * it is not over; null for fewer than two windows.
   */
  index(): number | null;
}

/**
 * Index of dispersion of counts for points that come as they happen, at most ten seconds out of order. About 1 for Poisson
 * arrivals, 0 for equal gaps, above 1 for bursts. Two sequences that are compared must count from one origin.
 *
 * @param windowMs length of a window, in milliseconds; windows begin at its multiples
 */
export const createRunningDispersion = (windowMs: number): RunningDispersion => {
  const open = new Map<number, number>();
  const reach = Math.ceil(OPEN_WINDOWS_MS / windowMs);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let points = 0;
  let closedSquares = 0;

  const closeBefore = (window: number): void => {
    // A Map keeps the order of insertion, so the oldest stand first.
    for (const [index, count] of open) {
      if (index >= window) break;
      closedSquares += count * count;
      open.delete(index);
    }
  };
  return {
    add(timeMs) {
      const window = Math.floor(timeMs / windowMs);
      first = Math.min(first, window);
      last = Math.max(last, window);
      points++;
      open.set(window, (open.get(window) ?? 0) + 1);
      closeBefore(last - reach);
    },
    index() {
      const windows = last - first;
      if (!(windows >= 2)) return null;
      let squares = closedSquares;
      for (const [window, count] of open) if (window !== last) squares += count * count;
      const counted = points - (open.get(last) ?? 0);
      const mean = counted / windows;
      return (squares - counted * mean) / (windows - 1) / mean;
    },
  };
};
