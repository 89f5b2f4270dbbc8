/** How often names occur, such as those of models. */
export interface NameCounts {
  add(name: string | null | undefined): void;
  /** At most 20, the most frequent first. */
  top(): Record<string, number>;
}

const MAX_NAMES = 20;
/** More different names than this are not told apart. */
const MAX_COUNTED_NAMES = 100_000;

/** Starts with no name. */
export const createNameCounts = (): NameCounts => {
  const counts = new Map<string, number>();
  return {
    add(name) {
      if (name == null || (counts.size >= MAX_COUNTED_NAMES && !counts.has(name))) return;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    top: () => Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a).slice(0, MAX_NAMES)),
  };
};
