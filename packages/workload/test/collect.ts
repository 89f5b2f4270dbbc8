/** All items of an iteration, or its first ones. */
export const collect = async <T>(
  items: AsyncIterable<T> | Iterable<T>,
  count: number = Number.POSITIVE_INFINITY,
): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) {
    all.push(item);
    if (all.length === count) break;
  }
  return all;
};
