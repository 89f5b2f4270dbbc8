import { BlockPool } from './block-pool.js';

/** Tokens in one block of the KV cache, as in vLLM. */
export const KV_BLOCK_TOKENS = 16;

/** Memory that one sequence holds. */
export interface KvAllocation {
  /** In the order of the sequence's tokens. */
  readonly blocks: number[];
  /** How many of them, from the first on, can be found by name, or were tried to. */
  named: number;
  readonly names: ArrayLike<number>;
}

/** The accounting of KV memory in blocks of 16 tokens; holds no keys or values. */
export interface KvCache {
  readonly totalBlocks: number;
  /** Held by sequences. */
  readonly usedBlocks: number;
  /** Full blocks that would be found, held or free. */
  readonly cachedBlocks: number;
  /**
   * Finds the leading blocks of a sequence and holds them, provided that there is room for all of its `tokens`; room that is
   * not taken yet, but by `extend`. `undefined` when there is not enough.
   *
   * The last token is never found, so that one is left to compute: the next token of the answer comes out of it.
   *
   * @param names of the full blocks of the sequence and what it will become, each standing for the block's tokens and all
   *   before them
   */
  open(tokens: number, names: ArrayLike<number>): { allocation: KvAllocation; cachedTokens: number } | undefined;
  /** Takes memory up to `tokens` in all, at the cost of free blocks that could be found; `false` when there is none. */
  extend(allocation: KvAllocation, tokens: number): boolean;
  /** Gives the memory back, once. What is in it can be found until it is taken again, the tail first. */
  release(allocation: KvAllocation): void;
  /** Forgets all content: nothing is found that was there before. */
  reset(): void;
}

/** A KV cache with prefix reuse as vLLM V1 has it. */
export const createKvCache = (capacityTokens: number): KvCache => {
  const pool = new BlockPool(Math.floor(capacityTokens / KV_BLOCK_TOKENS));

  const findBlocks = (names: ArrayLike<number>, limit: number): number[] => {
    const found: number[] = [];
    for (let index = 0; index < limit; index++) {
      const block = pool.find(names[index] as number);
      if (block < 0) break;
      found.push(block);
    }
    return found;
  };

  return {
    totalBlocks: pool.totalBlocks,
    get usedBlocks() {
      return pool.usedBlocks;
    },
    get cachedBlocks() {
      return pool.namedBlocks;
    },
    open(tokens, names) {
      const limit = Math.min(names.length, Math.floor((tokens - 1) / KV_BLOCK_TOKENS));
      const found = findBlocks(names, limit);
      // Those that nobody holds are free now and will not be.
      const freeFound = found.reduce((count, block) => (pool.isFree(block) ? count + 1 : count), 0);
      const needed = Math.ceil(tokens / KV_BLOCK_TOKENS) - found.length;
      if (needed + freeFound > pool.freeBlocks) return undefined;
      for (const block of found) pool.hold(block);
      return {
        allocation: { blocks: found, named: found.length, names },
        cachedTokens: found.length * KV_BLOCK_TOKENS,
      };
    },
    extend(allocation, tokens) {
      const { blocks, names } = allocation;
      const needed = Math.ceil(tokens / KV_BLOCK_TOKENS) - blocks.length;
      if (needed > pool.freeBlocks) return false;
      for (let count = 0; count < needed; count++) blocks.push(pool.take());
      // Before it is computed, as vLLM does: who finds it in the same step runs after it.
      const full = Math.min(names.length, Math.floor(tokens / KV_BLOCK_TOKENS));
      for (; allocation.named < full; allocation.named++) {
        const { named } = allocation;
        pool.giveName(blocks[named] as number, names[named] as number);
      }
      return true;
    },
    release({ blocks }) {
      for (let index = blocks.length - 1; index >= 0; index--) pool.letGo(blocks[index] as number);
    },
    reset() {
      pool.forgetNames();
    },
  };
};
