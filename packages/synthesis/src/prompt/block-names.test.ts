import { describe, expect, it } from 'vitest';
import { createBlockNames } from './block-names.js';

const key = ({ first, second }: { first: number; second: number }): string => `${first}/${second}`;

describe('createBlockNames', () => {
  it('gives every number below the limit a pair of its own, inside both lists', () => {
    for (const seed of [0, 1, 'x']) {
      const names = createBlockNames(seed, { firstWords: 30, secondWords: 40 });
      expect(names.distinctNumbers).toBe(900);
      const pairs = Array.from({ length: 900 }, (_, i) => names.pairOf(`${i}`));
      expect(new Set(pairs.map(key)).size).toBe(900);
      expect(Math.max(...pairs.map(({ first }) => first))).toBeLessThan(30);
      expect(Math.max(...pairs.map(({ second }) => second))).toBeLessThan(40);
    }
  });

  it('keeps other names away from the pairs of numbers', () => {
    const names = createBlockNames(1, { firstWords: 30, secondWords: 40 });
    const numbers = new Set(Array.from({ length: 900 }, (_, i) => key(names.pairOf(`${i}`))));
    for (const name of ['', 'a', '-1', '01', '1.5', '900', '1e3', '99999999999999999999']) {
      expect(numbers.has(key(names.pairOf(name))), name).toBe(false);
    }
  });

  it('gives the same pairs for the same seed only', () => {
    const pairsOf = (seed: number): string[] => {
      const names = createBlockNames(seed, { firstWords: 300, secondWords: 400 });
      return ['0', '1', '2', 'x'].map((name) => key(names.pairOf(name)));
    };
    expect(pairsOf(1)).toEqual(pairsOf(1));
    expect(pairsOf(1)).not.toEqual(pairsOf(2));
  });

  it('works with a single pair', () => {
    expect(createBlockNames(1, { firstWords: 1, secondWords: 1 }).pairOf('5')).toEqual({ first: 0, second: 0 });
  });
});
