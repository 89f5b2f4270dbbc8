import { createHash } from 'node:crypto';
import { createRandom } from '@aibrix/core/random';

/** Gives every block name the pair of words that its block begins with. */
export interface BlockNames {
  /**
   * How many whole-number names, `"0"` and up, are sure of a pair of their own. Every other name is hashed into pairs
   * that no such number has; two of those share a pair with a probability of one in a third of this number.
   */
  readonly distinctNumbers: number;
  /** Places of the two words in their lists. */
  pairOf(name: string): { first: number; second: number };
}

const WHOLE_NUMBER = /^(?:0|[1-9]\d{0,14})$/;

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/**
 * An injective code for names. Numbers take three quarters of all pairs, one each; the pairs are then mixed by a
 * seeded bijection x → a·x + b (mod pairs), so that neighbours look unrelated and another seed gives other words.
 */
export const createBlockNames = (
  seed: number | string,
  sizes: { firstWords: number; secondWords: number },
): BlockNames => {
  const pairs = sizes.firstWords * sizes.secondWords;
  const distinctNumbers = Math.floor((pairs * 3) / 4);
  const random = createRandom(seed, 'block-names');
  const offset = random.below(pairs);
  let multiplier = 1 + random.below(pairs);
  while (greatestCommonDivisor(multiplier, pairs) !== 1) multiplier++;

  const codeOf = (name: string): number => {
    const number = WHOLE_NUMBER.test(name) ? Number(name) : Number.POSITIVE_INFINITY;
    if (number < distinctNumbers) return number;
    const hash = createHash('sha256').update(name).digest().readUIntBE(0, 6);
    return distinctNumbers + (hash % (pairs - distinctNumbers));
  };
  return {
    distinctNumbers,
    pairOf: (name) => {
      // Exact: both factors are below the number of pairs, a few million.
      const mixed = (multiplier * codeOf(name) + offset) % pairs;
      return { first: Math.floor(mixed / sizes.secondWords), second: mixed % sizes.secondWords };
    },
  };
};
