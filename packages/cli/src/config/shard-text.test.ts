import { describe, expect, it } from 'vitest';
import { parseShard } from './shard-text.js';

describe('parseShard', () => {
  it('reads a number from 0 and how many there are', () => {
    expect(parseShard('0/1')).toEqual({ index: 0, count: 1 });
    expect(parseShard(' 3/16 ')).toEqual({ index: 3, count: 16 });
  });

  it.each(['4/4', '0/0', '1', '1/', '/2', '-1/2', '1.5/2', 'a/b', '1/2/3', ''])('refuses %j', (text) => {
    expect(() => parseShard(text)).toThrow('is no shard: it is i/n');
  });
});
