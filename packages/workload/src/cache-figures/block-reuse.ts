import { createFingerprintSet } from '@aibrix/synthesis';

/** How far the blocks of a trace are blocks that came before. */
export interface BlockReuseFigures {
  /** Tokens of a whole block. */
  block_tokens: number;
  /** Blocks of all prompts, cut ones included. */
  blocks: number;
  distinct_blocks: number;
  /** 1 − distinct / all; null without blocks. */
  reuse: number | null;
}

export interface BlockReuse {
  add(block: number): void;
  figures(): BlockReuseFigures;
}

const HALF_RANGE = 2 ** 32;

/** A bijection on 32 bits that spreads neighbours (the finaliser of MurmurHash3). */
const mixed = (value: number): number => {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

/** Counts the names of blocks, whole numbers, in 10 to 13 bytes a different one. Exact: no two numbers share a fingerprint. */
export const createBlockReuse = (blockTokens: number): BlockReuse => {
  const known = createFingerprintSet();
  let blocks = 0;
  return {
    add(block) {
      blocks++;
      known.add(mixed(block % HALF_RANGE), Math.floor(block / HALF_RANGE) + 1);
    },
    figures: () => ({
      block_tokens: blockTokens,
      blocks,
      distinct_blocks: known.size,
      reuse: blocks === 0 ? null : 1 - known.size / blocks,
    }),
  };
};
