/** Ranks of pairs of token ids: a hash table in flat arrays, which is several times faster than a `Map` of pairs. */
export interface PairRanks {
  /** The rank of a pair; -1 when it has none. */
  get(left: number, right: number): number;
}

const EMPTY = -1;

/**
 * @param lefts ids of the left halves, by rank
 * @param rights ids of the right halves. Of equal pairs the first counts
 */
export const createPairRanks = (lefts: Int32Array, rights: Int32Array): PairRanks => {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, lefts.length * 2)));
  const slots = new Int32Array(size).fill(EMPTY);
  const slotOf = (left: number, right: number): number => {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & (size - 1);
    while (true) {
      const rank = slots[slot] as number;
      if (rank === EMPTY || (lefts[rank] === left && rights[rank] === right)) return slot;
      slot = (slot + 1) & (size - 1);
    }
  };
  for (let rank = 0; rank < lefts.length; rank++) {
    const slot = slotOf(lefts[rank] as number, rights[rank] as number);
    if (slots[slot] === EMPTY) slots[slot] = rank;
  }
  return { get: (left, right) => slots[slotOf(left, right)] as number };
};
