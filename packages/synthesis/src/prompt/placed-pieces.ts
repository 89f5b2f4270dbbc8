import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Piece, Position } from './piece.js';

/** Makes pieces, each counted where it will stand. */
export interface PlacedPieces {
  /** `words` as a sentence or word at the start of a prompt, or after a full stop and a space. */
  sentence(words: string, position: Position): Piece;
  /** `text` directly after a word; the space before it, where there is one, belongs to it. */
  afterWord(text: string): Piece;
}

const WORD = 'Please continue';
const SENTENCE = `${WORD}.`;

/**
 * Counts are taken after a word or a sentence and not of the text alone: tokenizers of the SentencePiece kind put a space
 * before the first word of what they are given, so that a text which begins with a space has one token more alone.
 */
export const createPlacedPieces = (tokenizer: Tokenizer): PlacedPieces => {
  const wordTokens = tokenizer.count(WORD);
  const sentenceTokens = tokenizer.count(SENTENCE);
  return {
    sentence(words, position) {
      if (position === 'start') return { text: words, tokens: tokenizer.count(words) };
      const text = ` ${words}`;
      return { text, tokens: tokenizer.count(SENTENCE + text) - sentenceTokens };
    },
    afterWord: (text) => ({ text, tokens: tokenizer.count(WORD + text) - wordTokens }),
  };
};
