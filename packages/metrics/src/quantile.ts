/**
 * Quantile of sorted values by linear interpolation between the closest ranks (type 7 of Hyndman and Fan 1996, the
 * default of numpy and R).
 *
 * @param sorted ascending, without NaN
 * @param q from 0 to 1
 * @returns null for no values
 */
export const quantileOfSorted = (sorted: ArrayLike<number>, q: number): number | null => {
  if (sorted.length === 0) return null;
  const rank = q * (sorted.length - 1);
  const below = Math.floor(rank);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (rank - below);
};

/** Whether too few values lie beyond quantile q to speak of it: fewer than 10 / (1 − q) samples. */
export const isThinQuantile = (count: number, q: number): boolean =>
  // (1 − q) · count against 10, with room for the rounding of 1 − q: 1,000 samples are enough for p99.
  count * (1 - q) < 10 - 1e-9;
