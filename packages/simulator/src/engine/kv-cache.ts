/** Tokens in one block of the KV cache, as in vLLM. */
export const KV_BLOCK_TOKENS = 16;

/** Memory that one sequence holds. */
export interface KvAllocation {
  readonly blocks: number;
  /** Leading prompt tokens whose keys and values were there already, so that their prefill is skipped. */
  readonly cachedTokens: number;
}

interface KvRequest {
  /** Tokens to hold: the prompt and the longest answer. */
  tokens: number;
  /** Names of the prompt's full blocks, each standing for its tokens and all before them. */
  promptBlocks?: readonly string[] | undefined;
}

/** The accounting of KV memory in blocks; holds no keys or values. */
export interface KvCache {
  readonly totalBlocks: number;
  readonly usedBlocks: number;
  /** Takes memory for a sequence; `undefined` when there is not enough now. */
  allocate(request: KvRequest): KvAllocation | undefined;
  /** Gives the memory back, once. */
  release(allocation: KvAllocation): void;
}

/**
 * A KV cache without prefix reuse: memory is taken for the whole sequence when it is admitted, so that what runs can
 * always run to its end and nothing is ever preempted.
 */
export const createKvCache = (capacityTokens: number): KvCache => {
  const totalBlocks = Math.floor(capacityTokens / KV_BLOCK_TOKENS);
  let usedBlocks = 0;
  return {
    totalBlocks,
    get usedBlocks() {
      return usedBlocks;
    },
    allocate({ tokens }) {
      const blocks = Math.ceil(tokens / KV_BLOCK_TOKENS);
      if (usedBlocks + blocks > totalBlocks) return undefined;
      usedBlocks += blocks;
      return { blocks, cachedTokens: 0 };
    },
    release({ blocks }) {
      usedBlocks -= blocks;
    },
  };
};
