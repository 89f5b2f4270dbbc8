import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { createFingerprintSet } from './fingerprint-set.js';

const drawHalf = (random: { next(): number }): number => Math.floor(random.next() * 2 ** 32);

describe('createFingerprintSet', () => {
  it('says of each hash whether it is new', () => {
    const set = createFingerprintSet();
    const halves = [0, 1, 2 ** 31, 2 ** 32 - 1];
    const pairs = halves.flatMap((high) => halves.map((low) => [high, low] as const));
    // Zero and its neighbour share a place, which is the price of a slot that can be empty.
    const distinct = pairs.filter(([high, low]) => high !== 0 || low !== 0);
    for (const [high, low] of distinct) expect(set.add(high, low)).toBe(true);
    for (const [high, low] of pairs) expect(set.add(high, low)).toBe(false);
    expect(set.size).toBe(distinct.length);
  });

  it('agrees with a Set through every growth, in at most 13 bytes an entry', () => {
    const random = createRandom(1, 'hashes');
    const set = createFingerprintSet();
    const reference = new Set<number>();
    for (let draw = 0; draw < 100_000; draw++) {
      // Few enough that every other one has been there.
      const value = Math.floor(random.next() * 70_000);
      const high = Math.imul(value, 0x9e3779b1) >>> 0;
      expect(set.add(high, value)).toBe(!reference.has(value));
      reference.add(value);
      if (reference.size > 2048) expect(set.bytes / reference.size).toBeLessThanOrEqual(13);
    }
    expect(set.size).toBe(reference.size);
  });

  it('keeps apart hashes with the same upper half', () => {
    const set = createFingerprintSet();
    const random = createRandom(2, 'hashes');
    for (let low = 0; low < 500; low++) expect(set.add(2 ** 32 - 1, low)).toBe(true);
    for (let low = 0; low < 500; low++) expect(set.add(2 ** 32 - 1, low)).toBe(false);
    for (let draw = 0; draw < 5000; draw++) set.add(drawHalf(random), drawHalf(random));
    for (let low = 0; low < 500; low++) expect(set.add(2 ** 32 - 1, low)).toBe(false);
  });
});
