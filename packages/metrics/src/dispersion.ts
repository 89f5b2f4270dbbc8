/**
 * Index of dispersion of counts: variance / mean of the events per window. About 1 for Poisson arrivals, 0 for equal
 * gaps, above 1 for bursts.
 *
 * Windows are counted from the first event; a last window that is not whole is left out.
 *
 * @param timesMs times of the events in milliseconds, in any order
 * @param windowMs length of a window in milliseconds, above 0
 * @returns null when the events span fewer than two whole windows
 */
export const indexOfDispersion = (timesMs: readonly number[], windowMs: number): number | null => {
  const sorted = Float64Array.from(timesMs).sort();
  const first = sorted[0] ?? 0;
  const windows = Math.floor(((sorted.at(-1) ?? 0) - first) / windowMs);
  if (!(windows >= 2)) return null;

  // Empty windows add nothing to either sum, so only the others are visited: a sparse week is as cheap as a dense hour.
  let events = 0;
  let sumOfSquares = 0;
  let current = 0;
  let inCurrent = 0;
  for (const time of sorted) {
    const window = Math.floor((time - first) / windowMs);
    if (window >= windows) break;
    if (window !== current) {
      sumOfSquares += inCurrent ** 2;
      current = window;
      inCurrent = 0;
    }
    events++;
    inCurrent++;
  }
  sumOfSquares += inCurrent ** 2;
  const mean = events / windows;
  const variance = (sumOfSquares - events * mean) / (windows - 1);
  return variance / mean;
};

/**
 * Standard deviation (of a sample, n − 1) / mean.
 *
 * @returns null for fewer than two values, or a mean of 0
 */
export const coefficientOfVariation = (values: readonly number[]): number | null => {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (mean === 0) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) / mean;
};
