import { createIdealPrefixCache, type GrowingPrompt, type PrefixCacheFigures } from '@aibrix/synthesis';

/** Blocks of vLLM's default, and of the Mooncake traces. */
const CACHE_BLOCK_TOKENS = [16, 512] as const;

/** What an ideal prefix cache with blocks of one size would find of a workload's prompts. */
export interface WorkloadCacheFigures extends PrefixCacheFigures {
  block_tokens: number;
}

/** Looks the prompts of a workload up in ideal prefix caches, one a block size. */
export interface CacheFigures {
  /** A whole prompt. */
  add(tokenIds: Uint32Array): void;
  /** A whole prompt of `tokens` tokens that was there before. */
  addAgain(tokens: number): void;
  /** Starts a conversation: each of its prompts is what was said so far, and what is added. */
  openConversation(): CachedConversation;
  figures(): WorkloadCacheFigures[];
}

export interface CachedConversation {
  add(tokenIds: Uint32Array): void;
}

/** Starts with empty caches. */
export const createCacheFigures = (): CacheFigures => {
  const caches = CACHE_BLOCK_TOKENS.map((blockTokens) => ({
    blockTokens,
    cache: createIdealPrefixCache({ blockTokens }),
  }));
  return {
    add(tokenIds) {
      for (const { cache } of caches) cache.add(tokenIds);
    },
    addAgain(tokens) {
      for (const { cache } of caches) cache.addKnown(tokens);
    },
    openConversation() {
      const growing: GrowingPrompt[] = caches.map(({ cache }) => cache.openGrowingPrompt());
      return {
        add(tokenIds) {
          for (const prompt of growing) prompt.add(tokenIds);
        },
      };
    },
    figures: () => caches.map(({ blockTokens, cache }) => ({ block_tokens: blockTokens, ...cache.figures() })),
  };
};
