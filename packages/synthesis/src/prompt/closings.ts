import { BenchmarkError } from '@aibrix/core/errors';
import type { Random } from '@aibrix/core/random';
import { CLOSING_SENTENCES, FILLER_WORDS, OPENING_WORDS } from './phrase-bank.js';
import type { Piece, Position } from './piece.js';
import type { PlacedPieces } from './placed-pieces.js';

export interface Closings {
  /** Whether whole sentences can fill exactly `tokens` tokens, at most `maxTokens`, after other text. */
  fits(tokens: number): boolean;
  /**
   * Appends sentences of exactly `tokens` tokens to `parts`; where their lengths do not work out, filler words too.
   *
   * @throws BenchmarkError `tokenizer` when neither sentences nor words of this tokenizer add up to `tokens`, or it is
   *   more than `maxTokens`
   */
  fill(tokens: number, random: Random, position: Position, parts: string[]): void;
}

/** For each number of tokens, the pieces that a filling of exactly that length may begin with. */
type Choices = readonly (readonly Piece[])[];

/** The pieces that may begin a filling of `tokens` tokens when `completes` says which rests can be filled. */
const beginnings = (pieces: readonly Piece[], tokens: number, completes: (rest: number) => boolean): Piece[] => {
  const exact = pieces.filter((piece) => piece.tokens === tokens);
  if (exact.length > 0) return exact;
  const completed = pieces.filter((piece) => piece.tokens < tokens && completes(tokens - piece.tokens));
  // Few long sentences read better than many short ones.
  const long = completed.filter((piece) => piece.tokens * 2 >= tokens);
  return long.length > 0 ? long : completed;
};

/**
 * Ends of texts. Which sentences can follow each other to an exact number of tokens is worked out once, up to
 * `maxTokens`.
 */
export const createClosings = (pieces: PlacedPieces, maxTokens: number): Closings => {
  const placed = (words: readonly string[], position: Position): Piece[] =>
    words.map((text) => pieces.sentence(text, position));

  const sentences = placed(CLOSING_SENTENCES, 'middle');
  const fillers = placed(FILLER_WORDS, 'middle');
  const isNatural: boolean[] = [true];
  const middle: Piece[][] = [[]];
  const hasChoice = (rest: number): boolean => (middle[rest]?.length ?? 0) > 0;
  for (let tokens = 1; tokens <= maxTokens; tokens++) {
    const natural = beginnings(sentences, tokens, (rest) => isNatural[rest] === true);
    isNatural.push(natural.length > 0);
    middle.push(natural.length > 0 ? natural : beginnings(fillers, tokens, hasChoice));
  }

  const startSentences = placed(CLOSING_SENTENCES, 'start');
  const openingWords = placed(OPENING_WORDS, 'start');
  const start = middle.map((_, tokens) => {
    const natural = beginnings(startSentences, tokens, (rest) => isNatural[rest] === true);
    return natural.length > 0 ? natural : beginnings(openingWords, tokens, hasChoice);
  });

  const choices: Record<Position, Choices> = { start, middle };
  return {
    fits: (tokens) => isNatural[tokens] === true,
    fill: (tokens, random, position, parts) => {
      let table = choices[position];
      for (let remaining = tokens; remaining > 0; ) {
        const candidates = table[remaining] ?? [];
        if (candidates.length === 0) {
          throw new BenchmarkError(
            'tokenizer',
            `this tokenizer has no words to end a text with: ${remaining} tokens left`,
            { hint: 'Ask for a longer text, or use another tokenizer, for example the built-in o200k_base.' },
          );
        }
        const piece = random.pick(candidates);
        parts.push(piece.text);
        remaining -= piece.tokens;
        table = choices.middle;
      }
    },
  };
};
