/**
 * The first whole number from `from` on, below `to`, for which `holds`; `to` when there is none. A binary search: once it
 * holds, it must hold for all numbers after.
 */
export const firstWhere = (from: number, to: number, holds: (value: number) => boolean): number => {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};
