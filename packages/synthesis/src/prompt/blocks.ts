import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, type Random } from '@aibrix/core/random';
import { type BlockNames, createBlockNames } from './block-names.js';
import type { OneTokenWords } from './one-token-words.js';
import type { Position } from './piece.js';
import type { WordClass } from './word-bank.js';

/** Named texts that can be cut at every token: each unit of them is one token, whatever stands around it. */
export interface Blocks {
  /** See `BlockNames`; 0 when the tokenizer has none of the words. */
  readonly distinctNumbers: number;
  /** The first `tokens` tokens of the block `name`, a unit each. */
  units(name: string, tokens: number, position: Position): string[];
}

export interface BlockOptions {
  seed: number | string;
  content: 'prose' | 'random-words';
  /**
   * Whether `unit` adds one token to `before`, the units directly before it; asked for every unit where counts do not
   * always add up.
   */
  addsOneToken?: ((before: readonly string[], unit: string) => boolean) | undefined;
}

const SENTENCES: readonly (readonly WordClass[])[] = [
  ['opening', 'adjective', 'noun', 'verb', 'determiner', 'noun'],
  ['opening', 'noun', 'verb', 'determiner', 'adjective', 'noun', 'preposition', 'determiner', 'noun'],
  ['opening', 'adjective', 'noun', 'verb', 'preposition', 'determiner', 'adjective', 'noun'],
  ['opening', 'noun', 'preposition', 'determiner', 'noun', 'verb', 'determiner', 'adjective', 'noun'],
];

const PLAIN_SENTENCE_WORDS = 8;
const FULL_STOP: readonly string[] = ['.'];

/** Lists of units to pick from, one list a unit, for every sentence there can be. */
type SentenceShapes = readonly (readonly (readonly string[])[])[];

/**
 * A full stop that ends what stands before, then the grammar of `SENTENCES`; as far as the tokenizer has words for it in
 * one token, else words in any order.
 */
const sentenceShapes = (words: OneTokenWords, content: BlockOptions['content']): SentenceShapes => {
  const anyWords = Array<readonly string[]>(PLAIN_SENTENCE_WORDS).fill(words.all);
  if (content === 'random-words') return [anyWords];
  const stop = words.hasFullStop ? [FULL_STOP] : [];
  const complete = SENTENCES.map((classes) => classes.map((wordClass) => words.byClass[wordClass])).filter((shape) =>
    shape.every((choices) => choices.length > 0),
  );
  return (complete.length > 0 ? complete : [anyWords]).map((shape) => [...stop, ...shape]);
};

/** How many units before one can change how it is tokenised; no token of a vocabulary spans more words. */
const WINDOW_UNITS = 8;
const MAX_DRAWS = 30;

/** Appends endless one-token-a-word sentences to `units` until there are `tokens` of them. */
const writeBody = (shapes: SentenceShapes, random: Random, tokens: number, units: string[], options: BlockOptions) => {
  const { addsOneToken } = options;
  const draw = (choices: readonly string[]): string => {
    let unit = choices.length === 1 ? (choices[0] as string) : random.pick(choices);
    if (!addsOneToken) return unit;
    const before = units.slice(-WINDOW_UNITS);
    for (let draws = 1; draws < MAX_DRAWS && !addsOneToken(before, unit); draws++) unit = random.pick(choices);
    return unit;
  };
  while (units.length < tokens) {
    for (const choices of random.pick(shapes)) {
      if (units.length === tokens) return;
      units.push(draw(choices));
    }
  }
};

/** Named blocks in the words that are one token, a space before them included. */
export const createBlocks = (words: OneTokenWords, options: BlockOptions): Blocks => {
  const { seed } = options;
  const shapes = sentenceShapes(words, options.content);
  const described = [...words.byClass.adjective, ...words.byClass.noun];
  const secondWords = described.length > 0 ? described : words.all;
  // A block at the start of a prompt begins without the space.
  const opening = new Set(words.opening);
  const firstWords = secondWords.filter((word) => opening.has(word));
  const names: BlockNames | undefined =
    firstWords.length === 0
      ? undefined
      : createBlockNames(seed, { firstWords: firstWords.length, secondWords: secondWords.length });

  return {
    distinctNumbers: names?.distinctNumbers ?? 0,
    units: (name, tokens, position) => {
      if (tokens === 0) return [];
      if (!names) {
        throw new BenchmarkError('tokenizer', 'this tokenizer has no English words of one token to make blocks of', {
          hint: 'Use another tokenizer, for example the built-in o200k_base.',
        });
      }
      const { first, second } = names.pairOf(name);
      const opener = firstWords[first] as string;
      const units = [opener, secondWords[second] as string].slice(0, tokens);
      writeBody(shapes, createRandom(seed, `block/${name}`), tokens, units, options);
      if (position === 'start') units[0] = opener.slice(1);
      return units;
    },
  };
};
