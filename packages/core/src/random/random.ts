import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of random numbers. Same seed and stream: the same numbers, on every machine. */
export interface Random {
  /** A number in [0, 1), with 53 random bits. */
  next(): number;
  /** A whole number in [0, bound), each equally likely. `bound` is a whole number from 1 to 2^32. */
  below(bound: number): number;
  /** One of `items`, each equally likely. */
  pick<T>(items: readonly T[]): T;
  /** An independent source named within this one; does not change what this one gives. */
  fork(stream: string): Random;
}

/** SplitMix32 (Steele, Lea, Flood 2014, 32-bit form): spreads a hash over the state words. */
const splitmix32 = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
};

/**
 * A source for `seed`, in the independent stream `stream`.
 *
 * Streams are named after what they draw (`"arrivals"`, `"prompts/3"`), so that a draw added in one place changes
 * nothing elsewhere. The generator is xoroshiro128+; its state comes from a hash of seed and stream, because small raw
 * seeds start near 1.0 and neighbouring ones correlate.
 *
 * @param seed any finite number or text; numbers are told apart exactly (1 and "1" are the same seed)
 */
export const createRandom = (seed: number | string, stream: string): Random => {
  const digest = createHash('sha256').update(`${seed}\u0000${stream}`).digest();
  const state = [0, 4, 8, 12].map((offset) => splitmix32(digest.readInt32LE(offset))());
  const generator = xoroshiro128plusFromState(state);
  const uint32 = (): number => generator.next() >>> 0;
  const below = (bound: number): number => {
    // Rejection keeps every value equally likely; a plain remainder favours small ones.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = uint32();
    while (value >= limit) value = uint32();
    return value % bound;
  };
  return {
    next: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) * 2 ** -53,
    below,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list');
      return items[below(items.length)] as (typeof items)[number];
    },
    fork: (name) => createRandom(seed, `${stream}/${name}`),
  };
};
