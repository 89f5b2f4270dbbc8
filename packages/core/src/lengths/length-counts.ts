/** Lengths from 0 up to here are counted in an array, which is fast; longer ones and broken numbers in a map. */
const ARRAY_LENGTHS = 1 << 18;
const FIRST_CAPACITY = 1 << 10;

/** How often each length occurs. */
export interface LengthCounts {
  add(length: number): void;
  /** Lengths so far. */
  readonly count: number;
  /** Every length there is, in ascending order, and how often. */
  entries(): [length: number, count: number][];
}

/** Starts with no length. Memory grows with the longest length up to 2 MB, and with the number of longer ones. */
export const createLengthCounts = (): LengthCounts => {
  let usual = new Float64Array(FIRST_CAPACITY);
  const unusual = new Map<number, number>();
  let count = 0;
  return {
    add(length) {
      count++;
      if (!(length >= 0 && length < ARRAY_LENGTHS) || !Number.isInteger(length)) {
        unusual.set(length, (unusual.get(length) ?? 0) + 1);
        return;
      }
      if (length >= usual.length) {
        const larger = new Float64Array(2 ** Math.ceil(Math.log2(length + 1)));
        larger.set(usual);
        usual = larger;
      }
      usual[length] = (usual[length] as number) + 1;
    },
    get count() {
      return count;
    },
    entries() {
      const all: [number, number][] = [...unusual];
      for (const [length, times] of usual.entries()) if (times > 0) all.push([length, times]);
      return all.sort(([a], [b]) => a - b);
    },
  };
};
