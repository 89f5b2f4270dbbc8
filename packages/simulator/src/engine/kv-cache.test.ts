import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { createKvCache, type KvAllocation, type KvCache } from './kv-cache.js';

/** Names of a sequence's blocks: those of the same family begin alike, up to where another branch begins. */
const namesOf = (family: number, blocks: number): number[] =>
  Array.from({ length: blocks }, (_, index) => family * 1_000 + index);

const take = (cache: KvCache, tokens: number, names: readonly number[] = []): KvAllocation & { cached: number } => {
  const opened = cache.open(tokens, names);
  if (!opened || !cache.extend(opened.allocation, tokens)) throw new Error('no room');
  return Object.assign(opened.allocation, { cached: opened.cachedTokens });
};

describe('memory', () => {
  it('is taken in whole blocks of 16 tokens as a sequence grows, and given back', () => {
    const cache = createKvCache(100);
    expect(cache.totalBlocks).toBe(6);
    const first = take(cache, 17);
    expect(cache.usedBlocks).toBe(2);
    expect(cache.open(65, [])).toBeUndefined();
    const second = take(cache, 64);
    expect(cache.usedBlocks).toBe(6);
    expect(cache.extend(first, 32)).toBe(true);
    expect(cache.extend(first, 33)).toBe(false);
    cache.release(second);
    expect(cache.extend(first, 33)).toBe(true);
    expect(cache.usedBlocks).toBe(3);
  });
});

describe('a prefix', () => {
  it('is found by the names of its full blocks, while it is in use and after', () => {
    const cache = createKvCache(1_600);
    const first = take(cache, 40, namesOf(1, 10));
    const second = take(cache, 40, namesOf(1, 10));
    expect([first.cached, second.cached, cache.usedBlocks]).toEqual([0, 32, 4]);
    cache.release(first);
    cache.release(second);
    expect([cache.usedBlocks, cache.cachedBlocks]).toEqual([0, 2]);
    expect(take(cache, 100, namesOf(1, 10)).cached).toBe(32);
  });

  it('ends with the first block that is not there', () => {
    const cache = createKvCache(1_600);
    take(cache, 64, namesOf(1, 4));
    expect(take(cache, 65, [1_000, 1_001, 9_999, 1_003]).cached).toBe(32);
    expect(take(cache, 65, [8_888, 1_001]).cached).toBe(0);
  });

  it('is never the whole: at least the last token is left to compute', () => {
    const cache = createKvCache(1_600);
    take(cache, 64, namesOf(1, 4));
    expect([64, 65, 49, 48, 16, 1].map((tokens) => take(cache, tokens, namesOf(1, 4)).cached)).toEqual([
      48, 64, 48, 32, 0, 0,
    ]);
  });

  it('grows with the sequence', () => {
    const cache = createKvCache(1_600);
    const first = take(cache, 20, namesOf(1, 4));
    const found = (): number | undefined => cache.open(100, namesOf(1, 4))?.cachedTokens;
    cache.extend(first, 31);
    expect(found()).toBe(16);
    cache.extend(first, 32);
    expect(found()).toBe(32);
  });
});

describe('eviction', () => {
  it('takes what was used longest ago, of a sequence its tail first, and never what is held', () => {
    const cache = createKvCache(160);
    const [a, b] = [take(cache, 64, namesOf(1, 4)), take(cache, 64, namesOf(2, 4))];
    cache.release(a);
    cache.release(b);
    // Two blocks were never used, and go first; then the last two of a.
    const c = take(cache, 64);
    const again = take(cache, 65, namesOf(1, 4));
    expect(again.cached).toBe(32);
    // b's blocks were freed before; those of a are held now. What is left of b, and then nothing.
    cache.release(c);
    expect(cache.open(16 * 9, [])).toBeUndefined();
    expect(take(cache, 16 * 5).cached).toBe(0);
    cache.release(again);
    expect(take(cache, 65, namesOf(2, 4)).cached).toBeLessThan(64);
  });

  it('is put off by a hit', () => {
    const cache = createKvCache(96);
    cache.release(take(cache, 48, namesOf(1, 3)));
    cache.release(take(cache, 48, namesOf(2, 3)));
    cache.release(take(cache, 33, namesOf(1, 3)));
    // One block of a was taken for the third token of the hit, and freed first; then b goes, from its tail.
    const c = take(cache, 48);
    expect(take(cache, 33, namesOf(1, 3)).cached).toBe(32);
    expect(c.blocks).toHaveLength(3);
  });
});

it('finds nothing after a reset, and what is in use goes on', () => {
  const cache = createKvCache(1_600);
  const held = take(cache, 64, namesOf(1, 8));
  cache.release(take(cache, 64, namesOf(2, 4)));
  cache.reset();
  expect([cache.cachedBlocks, cache.usedBlocks]).toEqual([0, 4]);
  expect(take(cache, 65, namesOf(1, 4)).cached).toBe(0);
  expect(take(cache, 65, namesOf(2, 4)).cached).toBe(0);
  expect(cache.extend(held, 128)).toBe(true);
});

it('agrees with a plain list of blocks through a long random life', () => {
  const random = createRandom(5, 'life');
  const cache = createKvCache(64 * 16);
  /** Free blocks in the order in which they go, each with the name that finds it. */
  let free: { name: number | undefined }[] = Array.from({ length: 64 }, () => ({ name: undefined }));
  const named = new Map<number, { name: number | undefined; holders: number }>();
  interface Held {
    allocation: KvAllocation;
    blocks: { name: number | undefined; holders: number }[];
    names: number[];
    named: number;
    tokens: number;
  }
  const held: Held[] = [];
  const grow = (sequence: Held): boolean => {
    const needed = Math.ceil(sequence.tokens / 16) - sequence.blocks.length;
    if (needed > free.length) return false;
    for (let count = 0; count < needed; count++) {
      const evicted = free.shift();
      if (evicted?.name !== undefined) named.delete(evicted.name);
      const block = { name: undefined, holders: 1 };
      sequence.blocks.push(block);
    }
    for (; sequence.named < Math.min(sequence.names.length, Math.floor(sequence.tokens / 16)); sequence.named++) {
      const block = sequence.blocks[sequence.named];
      const name = sequence.names[sequence.named] as number;
      if (!block || named.has(name)) continue;
      block.name = name;
      named.set(name, block);
    }
    return true;
  };
  for (let round = 0; round < 20_000; round++) {
    const choice = random.next();
    if (choice < 0.4) {
      const names = namesOf(Math.floor(random.next() * 12), 20);
      const tokens = 1 + Math.floor(random.next() * 200);
      const found: Held['blocks'] = [];
      for (const name of names.slice(0, Math.floor((tokens - 1) / 16))) {
        const block = named.get(name);
        if (!block) break;
        found.push(block);
      }
      const pinned = found.filter(({ holders }) => holders === 0).length;
      const fits = Math.ceil(tokens / 16) - found.length + pinned <= free.length;
      const opened = cache.open(tokens, names);
      expect(opened?.cachedTokens).toBe(fits ? 16 * found.length : undefined);
      if (!opened) continue;
      for (const block of found) block.holders++;
      free = free.filter((block) => !found.includes(block as Held['blocks'][number]));
      const sequence = { allocation: opened.allocation, blocks: found, names, named: found.length, tokens };
      held.push(sequence);
      expect([cache.extend(opened.allocation, tokens), grow(sequence)]).toEqual([true, true]);
    } else if (held.length > 0) {
      const index = Math.floor(random.next() * held.length);
      const sequence = held[index] as Held;
      if (choice < 0.7) {
        sequence.tokens += Math.floor(random.next() * 20);
        const isGrown = cache.extend(sequence.allocation, sequence.tokens);
        expect(isGrown).toBe(grow(sequence));
        if (!isGrown) sequence.tokens = 16 * sequence.blocks.length;
      } else {
        held.splice(index, 1);
        cache.release(sequence.allocation);
        for (const block of sequence.blocks.toReversed()) if (--block.holders === 0) free.push(block);
      }
    }
    expect(cache.usedBlocks).toBe(64 - free.length);
    expect(cache.cachedBlocks).toBe(named.size);
  }
});
