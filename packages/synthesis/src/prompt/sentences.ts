import type { Random } from '@aibrix/core/random';
import type { Piece, Position } from './piece.js';
import type { PlacedPieces } from './placed-pieces.js';

export interface Sentences {
  /** Tokens of the longest sentence there is. */
  readonly maxTokens: number;
  /** Appends the pieces of a random sentence to `parts`, and returns its number of tokens. */
  draw(random: Random, position: Position, parts: string[]): number;
}

interface Template {
  /** The words before the first slot, in both positions. */
  readonly opening: Record<Position, Piece>;
  /** What follows: the values of a slot, or a single fixed piece. */
  readonly rest: readonly (readonly Piece[])[];
}

const maxTokensOf = (pieces: readonly Piece[]): number => Math.max(...pieces.map((piece) => piece.tokens));

const parseTemplate = (pieces: PlacedPieces, slots: Map<string, Piece[]>, template: string): Template => {
  // The space before a slot belongs to the slot's value, so that every piece is counted as it will stand.
  const [opening = '', ...rest] = template.split(/ \{(\w+)\}/);
  return {
    opening: { start: pieces.sentence(opening, 'start'), middle: pieces.sentence(opening, 'middle') },
    // split() puts the captured slot names at even places.
    rest: rest.map((part, index) => (index % 2 === 0 ? (slots.get(part) ?? []) : [pieces.afterWord(part)])),
  };
};

/**
 * Random sentences. Every piece they are put together from is tokenised here, once.
 *
 * @param texts sentences in which ` {slot}` stands for one of the values of that slot
 */
export const createSentences = (
  pieces: PlacedPieces,
  texts: readonly string[],
  slots: Readonly<Record<string, readonly string[]>>,
): Sentences => {
  const values = new Map(
    Object.entries(slots).map(([slot, words]) => [slot, words.map((word) => pieces.afterWord(` ${word}`))]),
  );
  const templates = texts.map((text) => parseTemplate(pieces, values, text));
  const longest = templates.map(
    ({ opening, rest }) =>
      maxTokensOf([opening.start, opening.middle]) + rest.reduce((sum, choices) => sum + maxTokensOf(choices), 0),
  );
  return {
    maxTokens: Math.max(...longest),
    draw: (random, position, parts) => {
      const { opening, rest } = random.pick(templates);
      parts.push(opening[position].text);
      let tokens = opening[position].tokens;
      for (const choices of rest) {
        const piece = random.pick(choices);
        parts.push(piece.text);
        tokens += piece.tokens;
      }
      return tokens;
    },
  };
};
