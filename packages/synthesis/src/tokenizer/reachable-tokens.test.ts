import { describe, expect, it } from 'vitest';
import { createPairRanks } from './pair-ranks.js';
import { unreachableTokens } from './reachable-tokens.js';

const unreachable = (tokens: string[], merges: [string, string][]): string[] => {
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  const ids = (list: string[]): Int32Array => Int32Array.from(list, (token) => vocab.get(token) as number);
  return unreachableTokens(vocab, {
    lefts: ids(merges.map(([left]) => left)),
    rights: ids(merges.map(([, right]) => right)),
    merged: ids(merges.map(([left, right]) => left + right)),
  });
};

describe('unreachableTokens', () => {
  it('are those that no merge makes', () => {
    expect(unreachable(['a', 'b', 'ab', '<s>', 'ba'], [['a', 'b']])).toEqual(['<s>', 'ba']);
  });

  it('are those whose halves an earlier merge takes apart', () => {
    const tokens = ['a', 'b', 'c', 'bc', 'ab', 'abc'];
    expect(
      unreachable(tokens, [
        ['b', 'c'],
        ['a', 'b'],
        ['ab', 'c'],
      ]),
    ).toEqual(['abc']);
    expect(
      unreachable(tokens, [
        ['b', 'c'],
        ['a', 'b'],
        ['ab', 'c'],
        ['a', 'bc'],
      ]),
    ).toEqual([]);
  });

  it('are not those whose halves are made by later merges', () => {
    const tokens = ['.', ':', ':.', '.:', '.:.', '.:.:'];
    expect(
      unreachable(tokens, [
        [':', '.'],
        ['.:.', ':'],
        ['.', ':'],
        ['.', ':.'],
      ]),
    ).toEqual([]);
  });

  it('counts characters, not code units', () => {
    expect(unreachable(['🦜', 'a', '🦜a'], [['🦜', 'a']])).toEqual([]);
  });
});

describe('createPairRanks', () => {
  it('finds every pair, the first of equal ones, and no other', () => {
    const count = 5_000;
    const lefts = Int32Array.from({ length: count }, (_, rank) => (rank * 7919) % 4999);
    const rights = Int32Array.from({ length: count }, (_, rank) => (rank * 104_729) % 4_993);
    const ranks = createPairRanks(
      Int32Array.of(...lefts, lefts[0] as number),
      Int32Array.of(...rights, rights[0] as number),
    );
    expect(Array.from(lefts, (left, rank) => ranks.get(left, rights[rank] as number))).toEqual([...lefts.keys()]);
    expect(ranks.get(5_000, 5_000)).toBe(-1);
    expect(createPairRanks(new Int32Array(), new Int32Array()).get(0, 0)).toBe(-1);
  });
});
