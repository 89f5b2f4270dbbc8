import type { Random } from '@aibrix/core/random';

/** A bit of text and its number of tokens where it stands, counted once. */
export interface Piece {
  readonly text: string;
  readonly tokens: number;
}

/** Where a text stands: at the start of a prompt (no space before it), or after other text (a space before it). */
export type Position = 'start' | 'middle';

/** Writes a text, as its parts one after another, whose pieces have `tokens` tokens in sum. */
export type WriteText = (tokens: number, random: Random, position: Position) => string[];
