import { BenchmarkError } from '@aibrix/core/errors';
import type { Random } from '@aibrix/core/random';
import type { Position, WriteText } from './piece.js';

const BODIES = 6;
const ENDINGS = 16;
/** Tokens of the part of a text that is written again. */
const ENDING_TOKENS = 12;

/**
 * Writes a text that goes at `position` and has `tokens` tokens by `countOf`, which counts a text where it will stand.
 */
export type WriteMended = (
  tokens: number,
  random: Random,
  position: Position,
  countOf: (text: string) => number,
) => string[];

/** What `write` gives; `undefined` where it has no words for such a text. */
const orNothing = (write: () => string[]): string | undefined => {
  try {
    return write().join('');
  } catch (error) {
    if (BenchmarkError.is(error) && error.code === 'tokenizer') return undefined;
    throw error;
  }
};

/**
 * Verify and repair, for tokenizers whose counts do not add up where words are joined: the whole text is counted where it
 * stands, and its ending written again, for the tokens that are then missing, until the count is right. Where it never is,
 * the nearest text is taken; `measureExactness` finds out how often that happens.
 *
 * @param words writes words of one token each, where sentences do not come out right
 */
export const createMendedText =
  ({ write, words }: { write: WriteText; words: WriteText }): WriteMended =>
  (tokens, random, position, countOf) => {
    if (tokens === 0) return [];
    let nearest: { text: string; error: number } | undefined;
    let bodyTokens = tokens > 4 * ENDING_TOKENS ? tokens - ENDING_TOKENS : 0;
    for (let body = 0; body < BODIES; body++) {
      const start = orNothing(() => write(bodyTokens, random, position));
      if (start === undefined) {
        bodyTokens--;
        continue;
      }
      const endingPosition = start === '' ? position : 'middle';
      let endingTokens = start === '' ? tokens : tokens - countOf(start);
      for (let ending = 0; ending < ENDINGS && endingTokens > 0; ending++) {
        // Sentences whose beginning is counted otherwise here than elsewhere never fit; single words may.
        const writeEnd = ending < ENDINGS / 2 ? write : words;
        const end = orNothing(() => writeEnd(endingTokens, random, endingPosition));
        if (end === undefined) {
          // No words add up to it; a longer ending may be counted as what is wanted.
          endingTokens++;
          continue;
        }
        const text = start + end;
        const error = countOf(text) - tokens;
        if (error === 0) return [text];
        if (!nearest || Math.abs(error) < Math.abs(nearest.error)) nearest = { text, error };
        endingTokens = Math.max(1, endingTokens - error);
      }
      if (start !== '') bodyTokens = Math.max(0, bodyTokens + tokens - countOf(start) - ENDING_TOKENS);
    }
    if (!nearest) {
      throw new BenchmarkError('tokenizer', `no text of about ${tokens} tokens can be made with this tokenizer`, {
        hint: 'Ask for a longer text, or use another tokenizer, for example the built-in o200k_base.',
      });
    }
    return [nearest.text];
  };
