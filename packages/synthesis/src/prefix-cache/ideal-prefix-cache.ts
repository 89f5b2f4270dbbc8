import { BenchmarkError } from '@aibrix/core/errors';
import { ChainHash } from './chain-hash.js';
import { createFingerprintSet } from './fingerprint-set.js';

/** What a prefix cache that forgets nothing would have found. Snake case: it goes into manifests and reports. */
export interface PrefixCacheFigures {
  /** Tokens of all prompts, those of blocks that are not full included. */
  prompt_tokens: number;
  /** Of these, how many were in the cache when their prompt came. */
  cached_tokens: number;
  /** `cached_tokens / prompt_tokens`; null without tokens. */
  hit_rate: number | null;
  /** Full blocks of all prompts. */
  blocks: number;
  /** Full blocks that were not in the cache: what it would have to hold. */
  distinct_blocks: number;
}

/** Prompts that grow: each is the one before, with more after it. */
export interface GrowingPrompt {
  /**
   * One more prompt: all tokens so far, and these. Takes the time of these alone.
   *
   * @returns how many tokens of the whole prompt were in the cache
   */
  add(tokenIds: Uint32Array): number;
}

/** A prefix cache without limits, for what caching could save at best. */
export interface IdealPrefixCache {
  /**
   * Looks a prompt up, then keeps it.
   *
   * @returns how many of its tokens were in the cache
   */
  add(tokenIds: Uint32Array): number;
  /** Counts a prompt of `tokens` tokens all of whose full blocks are known, for it was there before: no ids are needed. */
  addKnown(tokens: number): void;
  /** Starts a conversation, in which every prompt holds all that was said before. */
  openGrowingPrompt(): GrowingPrompt;
  figures(): PrefixCacheFigures;
}

const MAX_BLOCK_TOKENS = 1_000_000;

/**
 * Makes an empty cache that works as vLLM's does and never evicts: it holds full blocks of `blockTokens` tokens, each
 * known by its content and all that comes before it, so a block is found only if all before it are. A last block that is
 * not full is neither kept nor found. (An engine computes at least the last token of a prompt anew; here a prompt that
 * is known whole counts whole.)
 *
 * Blocks are told apart by 64-bit hashes: among n different blocks two are taken for one with a probability of about
 * n² / 2⁶⁵ (three in a million for ten million). Memory is 10 to 13 bytes a distinct block.
 *
 * @param options.blockTokens tokens of a block; vLLM's default is 16
 * @throws BenchmarkError `usage` when that is no whole number from 1 to 1,000,000
 */
export const createIdealPrefixCache = (options: { blockTokens: number }): IdealPrefixCache => {
  const { blockTokens } = options;
  if (!Number.isInteger(blockTokens) || blockTokens < 1 || blockTokens > MAX_BLOCK_TOKENS) {
    throw new BenchmarkError('usage', `a block of a prefix cache cannot have ${blockTokens} tokens`, {
      hint: `Give a whole number from 1 to ${MAX_BLOCK_TOKENS}.`,
    });
  }
  const known = createFingerprintSet();
  let promptTokens = 0;
  let cachedTokens = 0;
  let blocks = 0;

  const openGrowingPrompt = (): GrowingPrompt => {
    const chain = new ChainHash();
    let tokens = 0;
    return {
      add(tokenIds) {
        // Full blocks of the prompt before are all known: it put them there.
        let found = Math.floor(tokens / blockTokens);
        let isFound = true;
        let index = 0;
        let end = blockTokens - (tokens % blockTokens);
        for (; end <= tokenIds.length; index = end, end += blockTokens) {
          chain.update(tokenIds, index, end);
          if (known.add(chain.high, chain.low)) isFound = false;
          else if (isFound) found++;
        }
        chain.update(tokenIds, index, tokenIds.length);
        tokens += tokenIds.length;
        promptTokens += tokens;
        cachedTokens += found * blockTokens;
        blocks += Math.floor(tokens / blockTokens);
        return found * blockTokens;
      },
    };
  };

  return {
    add: (tokenIds) => openGrowingPrompt().add(tokenIds),
    addKnown(tokens) {
      const found = Math.floor(tokens / blockTokens);
      promptTokens += tokens;
      cachedTokens += found * blockTokens;
      blocks += found;
    },
    openGrowingPrompt,
    figures: () => ({
      prompt_tokens: promptTokens,
      cached_tokens: cachedTokens,
      hit_rate: promptTokens === 0 ? null : cachedTokens / promptTokens,
      blocks,
      distinct_blocks: known.size,
    }),
  };
};
