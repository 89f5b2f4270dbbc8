import { hash } from 'node:crypto';
import { createFingerprintSet } from '@aibrix/synthesis';

const HALF_BYTES = 4;

/**
 * A set of texts, such as ids, that keeps 64 bits of a hash of each, in 10 to 13 bytes: that any two of ten million meet
 * has a probability of 3 in a million.
 */
export interface TextSet {
  /** @returns whether it was not there before */
  add(text: string): boolean;
  readonly size: number;
}

/** Starts empty. */
export const createTextSet = (): TextSet => {
  const fingerprints = createFingerprintSet();
  return {
    add(text) {
      const digest = hash('sha256', text, 'buffer');
      return fingerprints.add(digest.readUInt32BE(0), digest.readUInt32BE(HALF_BYTES));
    },
    get size() {
      return fingerprints.size;
    },
  };
};
