import { describe, expect, test } from 'vitest';
import { zipfMix } from './zipf-mix.js';

describe('zipfMix', () => {
  test('gives rank r the weight r^-s', () => {
    expect(zipfMix({ names: ['x', 'y', 'z'], exponent: 1 })).toEqual([
      { name: 'x', weight: 1 },
      { name: 'y', weight: 1 / 2 },
      { name: 'z', weight: 1 / 3 },
    ]);
    expect(zipfMix({ count: 3, prefix: 'lora-', exponent: 2 })).toEqual([
      { name: 'lora-0', weight: 1 },
      { name: 'lora-1', weight: 1 / 4 },
      { name: 'lora-2', weight: 1 / 9 },
    ]);
    expect(zipfMix({ count: 4, exponent: 0 }).map(({ weight }) => weight)).toEqual([1, 1, 1, 1]);
  });

  test.for([
    [{ exponent: 1 }, 'either names or a count must be given'],
    [{ names: ['a'], count: 1, exponent: 1 }, 'either names or a count must be given'],
    [{ names: ['a'], prefix: 'p', exponent: 1 }, 'prefix: goes with a count'],
    [{ names: [], exponent: 1 }, 'names: must hold at least one name'],
    [{ count: 1.5, exponent: 1 }, 'count: must be a whole number'],
    [{ count: 1, exponent: -1 }, 'exponent: must not be negative'],
  ] as const)('refuses %j', ([options, message]) => {
    expect(() => zipfMix(options as Parameters<typeof zipfMix>[0])).toThrow(message);
  });
});
