import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { ChainHash } from './chain-hash.js';

const hashOf = (tokens: ArrayLike<number>): ChainHash => {
  const hash = new ChainHash();
  hash.update(Uint32Array.from(tokens), 0, tokens.length);
  return hash;
};

const HASHES = 300_000;
/** Pairs that agree in 32 bits by chance: a Poisson number with this mean. */
const EXPECTED = HASHES ** 2 / 2 ** 33;
/** Beyond which such a number lies less than once in a million times (mean 10.5). */
const MOST = 29;

/** How many values are there again. */
const repeats = (values: Uint32Array): number => {
  const sorted = values.sort();
  let count = 0;
  for (let index = 1; index < sorted.length; index++) if (sorted[index] === sorted[index - 1]) count++;
  return count;
};

const random = createRandom(3, 'tokens');
const CHAINS: Record<string, (index: number) => ArrayLike<number>> = {
  'blocks that count': (index) => [...new Array(15).fill(0), index],
  'blocks whose first token counts': (index) => [index, ...new Array(15).fill(0)],
  'one token, again and again': (index) => [index % 550, ...new Array(Math.floor(index / 550)).fill(index % 550)],
  'two tokens in all orders': (index) => Array.from({ length: 19 }, (_, bit) => 1000 + ((index >> bit) & 1)),
  'tokens that go up together': (index) => Array.from({ length: 16 }, (_, place) => index + place),
  'random tokens': () => Array.from({ length: 16 }, () => Math.floor(random.next() * 200_000)),
};

describe('ChainHash', () => {
  it('is the same however the tokens come', () => {
    const tokens = Uint32Array.from({ length: 40 }, (_, index) => index * 7);
    const whole = hashOf(tokens);
    const pieces = new ChainHash();
    for (const [from, to] of [
      [0, 1],
      [1, 1],
      [1, 17],
      [17, 40],
    ] as const) {
      pieces.update(tokens, from, to);
    }
    expect([pieces.high, pieces.low]).toEqual([whole.high, whole.low]);
  });

  it.each(Object.entries(CHAINS))(
    'gives %s halves that agree no more often than by chance',
    (_, chainOf) => {
      const high = new Uint32Array(HASHES);
      const low = new Uint32Array(HASHES);
      const mixed = new Uint32Array(HASHES);
      for (let index = 0; index < HASHES; index++) {
        const hash = hashOf(chainOf(index));
        high[index] = hash.high;
        low[index] = hash.low;
        mixed[index] = (hash.high & 0xffff0000) | (hash.low & 0xffff);
      }
      expect(EXPECTED).toBeCloseTo(10.48, 2);
      for (const half of [high, low, mixed]) expect(repeats(half)).toBeLessThanOrEqual(MOST);
    },
    60_000,
  );
});
