import type { Tokenizer } from '../tokenizer/tokenizer.js';

/** A bit of text and its number of tokens, counted once. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/** Where a text stands: at the start of a prompt (no space before it), or after other text (a space before it). */
export type Position = 'start' | 'middle';

export const createPiece = (tokenizer: Tokenizer, text: string): Piece => ({ text, tokens: tokenizer.count(text) });

/** `words` with the space that joins them to what stands before, or without it at the start of a prompt. */
export const placedPiece = (tokenizer: Tokenizer, words: string, position: Position): Piece =>
  createPiece(tokenizer, position === 'start' ? words : ` ${words}`);
