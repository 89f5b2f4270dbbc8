import { BenchmarkError } from '@aibrix/core/errors';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Position } from './piece.js';

const MAX_ATTEMPTS = 64;

/** Stands before a text in the middle of a prompt while that is counted. */
const CONTEXT = 'Please continue.';

const countInPlace = (tokenizer: Tokenizer, text: string, position: Position): number =>
  position === 'start' ? tokenizer.count(text) : tokenizer.count(CONTEXT + text) - tokenizer.count(CONTEXT);

const notExact = (tokenizer: Tokenizer, what: string, tokens: number): BenchmarkError =>
  new BenchmarkError('tokenizer', `no ${what} of exactly ${tokens} tokens could be made with ${tokenizer.name}`, {
    hint: 'Its token counts do not add up where words are joined; use another tokenizer, for example the built-in o200k_base.',
  });

/**
 * Verify and repair: a text that is counted to have `tokens` tokens. One that has too many or too few is made again
 * with a target that makes up for the difference.
 *
 * @param write makes another text of about `target` tokens at each call
 * @throws BenchmarkError `tokenizer` when no attempt is exact
 */
export const verifiedText = (
  tokenizer: Tokenizer,
  tokens: number,
  position: Position,
  write: (target: number) => string,
): string => {
  if (tokens === 0) return '';
  let target = tokens;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const text = write(target);
    const difference = tokens - countInPlace(tokenizer, text, position);
    if (difference === 0) return text;
    target = Math.max(1, target + difference);
  }
  throw notExact(tokenizer, 'text', tokens);
};

/**
 * A block as it is, once it is counted to have `tokens` tokens: there is no other text that it could be.
 *
 * @throws BenchmarkError `tokenizer` when it has another number
 */
export const verifiedBlock = (tokenizer: Tokenizer, tokens: number, position: Position, text: string): string => {
  if (tokens === 0 || countInPlace(tokenizer, text, position) === tokens) return text;
  throw notExact(tokenizer, 'block', tokens);
};
