import { createPairRanks } from './pair-ranks.js';

/** The merges of a byte-pair encoding, in order: ids of two tokens, and of the one that they become. */
export interface Merges {
  lefts: Int32Array;
  rights: Int32Array;
  merged: Int32Array;
}

/** Merges `ids` until nothing is left to merge: the pair of the lowest rank first, the leftmost of equals. */
const mergeAll = (ids: number[], { merged }: Merges, rankOf: (left: number, right: number) => number): void => {
  while (ids.length > 1) {
    let best = -1;
    let place = 0;
    for (let index = 1; index < ids.length; index++) {
      const rank = rankOf(ids[index - 1] as number, ids[index] as number);
      if (rank === -1 || (best !== -1 && rank >= best)) continue;
      best = rank;
      place = index;
    }
    if (best === -1) return;
    ids.splice(place - 1, 2, merged[best] as number);
  }
};

/**
 * The tokens of a vocabulary that its merges do not make of their own text: special tokens, and those that were put in
 * for another reason.
 *
 * The engine takes every token of the vocabulary for one that can be made, and gives it to any text that is exactly
 * that, which is right only without these. Every token is tried: which ones are made is not told by their last merge
 * alone, and a quarter of a million take a fifth of a second.
 *
 * @param ids the vocabulary
 */
export const unreachableTokens = (ids: ReadonlyMap<string, number>, merges: Merges): string[] => {
  const ranks = createPairRanks(merges.lefts, merges.rights);
  return [...ids.keys()].filter((token) => {
    const characters = Array.from(token, (character) => ids.get(character));
    if (!characters.every((id) => id !== undefined)) return true;
    mergeAll(characters, merges, ranks.get);
    return characters.length !== 1 || characters[0] !== ids.get(token);
  });
};
