import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, type Random } from '@aibrix/core/random';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { type BlockNames, createBlockNames } from './block-names.js';
import type { Position } from './piece.js';
import { WORD_BANK, type WordClass } from './word-bank.js';

/** Named texts that can be cut at every token: each unit of them is one token, whatever stands around it. */
export interface Blocks {
  /** See `BlockNames`; 0 when the tokenizer has none of the words. */
  readonly distinctNumbers: number;
  /** The first `tokens` tokens of the block `name`. */
  text(name: string, tokens: number, position: Position): string;
}

const SENTENCES: readonly (readonly WordClass[])[] = [
  ['opening', 'adjective', 'noun', 'verb', 'determiner', 'noun'],
  ['opening', 'noun', 'verb', 'determiner', 'adjective', 'noun', 'preposition', 'determiner', 'noun'],
  ['opening', 'adjective', 'noun', 'verb', 'preposition', 'determiner', 'adjective', 'noun'],
  ['opening', 'noun', 'preposition', 'determiner', 'noun', 'verb', 'determiner', 'adjective', 'noun'],
];

const PLAIN_SENTENCE_WORDS = 8;

/** Lists of words to pick from, one list a word, for every sentence there can be. */
type SentenceShapes = readonly (readonly (readonly string[])[])[];

/** The grammar of `SENTENCES`, as far as the tokenizer has words for it in one token; else words in any order. */
const sentenceShapes = (words: Record<WordClass, readonly string[]>): SentenceShapes => {
  const shapes = SENTENCES.map((classes) => classes.map((wordClass) => words[wordClass]));
  const complete = shapes.filter((shape) => shape.every((choices) => choices.length > 0));
  return complete.length > 0 ? complete : [Array(PLAIN_SENTENCE_WORDS).fill(Object.values(words).flat())];
};

/** Appends `tokens` units of endless one-token-a-word sentences to `units`, the first of them a full stop. */
const writeBody = (shapes: SentenceShapes, random: Random, tokens: number, units: string[]): void => {
  const end = units.length + tokens;
  while (units.length < end) {
    units.push('.');
    for (const choices of random.pick(shapes)) {
      if (units.length === end) return;
      units.push(random.pick(choices));
    }
  }
};

const withSpace = (word: string): string => ` ${word}`;

/** Named blocks in the words of the word bank that are one token of `tokenizer`, a space before them included. */
export const createBlocks = (tokenizer: Tokenizer, seed: number | string): Blocks => {
  const isOneToken = (text: string): boolean => tokenizer.count(text) === 1;
  const words = Object.fromEntries(
    Object.entries(WORD_BANK).map(([wordClass, list]) => [wordClass, list.map(withSpace).filter(isOneToken)]),
  ) as Record<WordClass, string[]>;
  const shapes = sentenceShapes(words);

  const described = [...words.adjective, ...words.noun];
  const secondWords = described.length > 0 ? described : Object.values(words).flat();
  // A block at the start of a prompt begins without the space.
  const firstWords = secondWords.filter((word) => isOneToken(word.slice(1)));
  const names: BlockNames | undefined =
    firstWords.length === 0
      ? undefined
      : createBlockNames(seed, { firstWords: firstWords.length, secondWords: secondWords.length });

  return {
    distinctNumbers: names?.distinctNumbers ?? 0,
    text: (name, tokens, position) => {
      if (tokens === 0) return '';
      if (!names) {
        throw new BenchmarkError('tokenizer', `${tokenizer.name} has no English words of one token to make blocks of`, {
          hint: 'Use another tokenizer, for example the built-in o200k_base.',
        });
      }
      const { first, second } = names.pairOf(name);
      const units = [firstWords[first] as string, secondWords[second] as string].slice(0, tokens);
      writeBody(shapes, createRandom(seed, `block/${name}`), tokens - units.length, units);
      const text = units.join('');
      return position === 'start' ? text.slice(1) : text;
    },
  };
};
