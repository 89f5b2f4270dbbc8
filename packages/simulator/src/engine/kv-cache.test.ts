import { expect, it } from 'vitest';
import { createKvCache } from './kv-cache.js';

it('takes whole blocks of 16 tokens, and gives them back', () => {
  const cache = createKvCache(100);
  expect(cache.totalBlocks).toBe(6);
  const first = cache.allocate({ tokens: 17 });
  expect(first).toEqual({ blocks: 2, cachedTokens: 0 });
  expect(cache.allocate({ tokens: 65 })).toBeUndefined();
  expect(cache.usedBlocks).toBe(2);
  expect(cache.allocate({ tokens: 64 })).toEqual({ blocks: 4, cachedTokens: 0 });
  expect(cache.usedBlocks).toBe(6);
  if (first) cache.release(first);
  expect(cache.usedBlocks).toBe(4);
});
