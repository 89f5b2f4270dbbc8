import { mostFrequentNames, type NameCount } from '../name-count.js';
import { createTextSet } from '../tools/text-set.js';

/** How often names occur, such as those of models. */
export interface NameCounts {
  add(name: string | null | undefined): void;
  /** At most 20, the most frequent first. */
  top(): NameCount[];
  /** Names that came when 100,000 others were there, and whose requests are not told apart. */
  readonly untold: number;
}

const MAX_NAMES = 20;
const MAX_COUNTED_NAMES = 100_000;

/** Starts with no name. */
export const createNameCounts = (): NameCounts => {
  const counts = new Map<string, number>();
  const untold = createTextSet();
  return {
    add(name) {
      if (name == null) return;
      const count = counts.get(name);
      if (count === undefined && counts.size >= MAX_COUNTED_NAMES) untold.add(name);
      else counts.set(name, (count ?? 0) + 1);
    },
    top: () => mostFrequentNames(counts, MAX_NAMES),
    get untold() {
      return untold.size;
    },
  };
};
