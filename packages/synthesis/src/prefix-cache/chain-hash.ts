/** Odd multipliers with well-spread bits (MurmurHash3's finaliser). */
const MULTIPLIER_A = 0x85ebca6b;
const MULTIPLIER_B = 0xc2b2ae35;

/** Any start will do but zero, which token 0 would leave as it is. */
const START_A = 0x243f6a88;
const START_B = 0x13198a2e;

const avalanche = (value: number): number => {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), MULTIPLIER_A);
  mixed = Math.imul(mixed ^ (mixed >>> 13), MULTIPLIER_B);
  return mixed ^ (mixed >>> 16);
};

/**
 * A 64-bit hash of all tokens so far, kept as two 32-bit halves, which JavaScript multiplies fast.
 *
 * Each token permutes the 64-bit state, so two chains that differ never meet by losing bits, only by chance: among n
 * different chains two have the same hash with a probability of about n² / 2⁶⁵, three in a million for ten million.
 * It keeps apart what occurs, not what somebody built to collide.
 */
export class ChainHash {
  #a = START_A;
  #b = START_B;

  /** Takes in the tokens from index `from` up to, not including, `to`. */
  update(tokenIds: Uint32Array, from: number, to: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let index = from; index < to; index++) {
      a = Math.imul(a ^ (tokenIds[index] as number), MULTIPLIER_A);
      a = (a << 15) | (a >>> 17);
      b = Math.imul(b ^ a, MULTIPLIER_B);
      b = (b << 13) | (b >>> 19);
      a = (a + b) | 0;
    }
    this.#a = a;
    this.#b = b;
  }

  /** The upper half, from 0 to 2³² − 1. */
  get high(): number {
    return avalanche((this.#a + this.#b) | 0) >>> 0;
  }

  /** The lower half, from 0 to 2³² − 1. */
  get low(): number {
    return avalanche(this.#b ^ this.high) >>> 0;
  }
}
