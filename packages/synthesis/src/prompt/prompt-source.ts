import { BenchmarkError } from '@aibrix/core/errors';
import type { Random } from '@aibrix/core/random';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { isAdditive } from './additivity.js';
import { createBlocks } from './blocks.js';
import type { Position } from './piece.js';
import { createProse } from './prose.js';
import { verifiedBlock, verifiedText } from './verified-text.js';

/** Makes English text of exact numbers of tokens: a function of tokenizer, seed and arguments, the same on every machine. */
export interface PromptSource {
  /** The tokenizer that the numbers are exact under. */
  readonly tokenizer: { readonly name: string; readonly sha256: string };
  /**
   * - `additive`: token counts of pieces add up at the joins, proven on a sample when the source was made; nothing is
   *   tokenised afterwards.
   * - `verified`: they do not in this tokenizer, so every text is counted, and made again until it is exact; a
   *   continuation is counted after a sentence that ends in a full stop, and is sure to be exact only there.
   */
  readonly method: 'additive' | 'verified';
  /**
   * Whole-number block names below this (`"0"`, `"1"`, …) are sure to differ within their first two tokens. Other
   * names differ there with all but a negligible probability.
   */
  readonly distinctBlockNumbers: number;
  /**
   * Text of exactly `tokens` tokens that stands alone: it neither starts nor ends with white space, which chat
   * templates would trim.
   *
   * @throws BenchmarkError `usage` when `tokens` is not a whole number of at least 0; `tokenizer` when this tokenizer
   *   has no text of that length
   */
  text(tokens: number, random: Random): string;
  /**
   * Text that adds exactly `tokens` tokens to any text of this source that it is appended to. Begins with a space.
   *
   * @throws BenchmarkError as `text`
   */
  continuation(tokens: number, random: Random): string;
  /**
   * The first `tokens` tokens of the block `name`, a pure function of tokenizer, seed and name. `block(name, n)` is a
   * prefix of `block(name, m)` for n < m, in tokens and in characters; there is no longest.
   *
   * In the `middle` (the default) it starts with a space and adds its tokens to what it is appended to; at the `start`
   * of a prompt it is the same text without that space.
   *
   * @throws BenchmarkError as `text`
   */
  block(name: string, tokens: number, options?: { position?: 'start' | 'middle' | undefined }): string;
}

/** About what the longest string of the language holds. */
const MAX_TOKENS = 50_000_000;

const requireTokenCount = (tokens: number): void => {
  if (Number.isSafeInteger(tokens) && tokens >= 0 && tokens <= MAX_TOKENS) return;
  throw new BenchmarkError('usage', `a text cannot have ${tokens} tokens`, {
    hint: `Ask for a whole number of tokens, from 0 to ${MAX_TOKENS}.`,
  });
};

/**
 * Makes a source of prompt text for `tokenizer`. It tokenises its phrases once, then proves on a sample that their
 * counts add up.
 *
 * @param options.seed decides what the blocks hold; texts and continuations take their randomness with each call
 */
export const createPromptSource = (tokenizer: Tokenizer, options: { seed: number | string }): PromptSource => {
  const prose = createProse(tokenizer);
  const blocks = createBlocks(tokenizer, options.seed);
  const method = isAdditive(tokenizer, prose, blocks) ? 'additive' : 'verified';

  const write = (tokens: number, random: Random, position: Position): string => {
    requireTokenCount(tokens);
    if (method === 'additive') return prose(tokens, random, position);
    return verifiedText(tokenizer, tokens, position, (target) => prose(target, random, position));
  };
  return {
    tokenizer: { name: tokenizer.name, sha256: tokenizer.sha256 },
    method,
    distinctBlockNumbers: blocks.distinctNumbers,
    text: (tokens, random) => write(tokens, random, 'start'),
    continuation: (tokens, random) => write(tokens, random, 'middle'),
    block: (name, tokens, { position = 'middle' } = {}) => {
      requireTokenCount(tokens);
      const text = blocks.text(name, tokens, position);
      return method === 'additive' ? text : verifiedBlock(tokenizer, tokens, position, text);
    },
  };
};
