/** Paths of everything within `value` that JSON cannot hold: NaN, infinities and undefined. */
export const nonFinitePaths = (value: unknown, path = '$'): string[] => {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (value === undefined) return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => nonFinitePaths(inner, `${path}.${key}`));
};
