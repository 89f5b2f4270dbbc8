import type { PlacedPieces } from './placed-pieces.js';
import { WORD_BANK, type WordClass } from './word-bank.js';

/** The words of the word bank that are one token of a tokenizer, each with the space before it. */
export interface OneTokenWords {
  readonly byClass: Readonly<Record<WordClass, readonly string[]>>;
  readonly all: readonly string[];
  /** Of all, those that are one token without the space too, at the start of a prompt. */
  readonly opening: readonly string[];
  /** Whether a full stop after a word is one token. */
  readonly hasFullStop: boolean;
}

export const findOneTokenWords = (pieces: PlacedPieces): OneTokenWords => {
  const isOneToken = (text: string): boolean => pieces.afterWord(text).tokens === 1;
  const byClass = Object.fromEntries(
    Object.entries(WORD_BANK).map(([wordClass, words]) => [
      wordClass,
      words.map((word) => ` ${word}`).filter(isOneToken),
    ]),
  ) as Record<WordClass, string[]>;
  const all = Object.values(byClass).flat();
  return {
    byClass,
    all,
    opening: all.filter((word) => pieces.sentence(word.slice(1), 'start').tokens === 1),
    hasFullStop: isOneToken('.'),
  };
};
