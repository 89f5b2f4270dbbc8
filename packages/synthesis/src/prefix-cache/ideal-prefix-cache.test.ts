import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdealPrefixCache, type PrefixCacheFigures } from './ideal-prefix-cache.js';

const prompt = (...ids: number[]): Uint32Array => Uint32Array.from(ids);

/** The same by its definition: a set of the texts of all prefixes that end with a full block. */
const naively = (blockTokens: number, prompts: readonly (readonly number[])[]): [number[], PrefixCacheFigures] => {
  const known = new Set<string>();
  let promptTokens = 0;
  let blocks = 0;
  const found = prompts.map((ids) => {
    const prefixes = Array.from({ length: Math.floor(ids.length / blockTokens) }, (_, block) =>
      ids.slice(0, (block + 1) * blockTokens).join(' '),
    );
    const firstMiss = prefixes.findIndex((prefix) => !known.has(prefix));
    for (const prefix of prefixes) known.add(prefix);
    promptTokens += ids.length;
    blocks += prefixes.length;
    return blockTokens * (firstMiss === -1 ? prefixes.length : firstMiss);
  });
  const cached = found.reduce((sum, tokens) => sum + tokens, 0);
  const figures = {
    prompt_tokens: promptTokens,
    cached_tokens: cached,
    hit_rate: promptTokens === 0 ? null : cached / promptTokens,
    blocks,
    distinct_blocks: known.size,
  };
  return [found, figures];
};

describe('createIdealPrefixCache', () => {
  it('counts a prompt that it knows as if it looked it up', () => {
    const ids = prompt(1, 2, 3, 4, 5);
    const looked = createIdealPrefixCache({ blockTokens: 2 });
    const told = createIdealPrefixCache({ blockTokens: 2 });
    for (const cache of [looked, told]) cache.add(ids);
    looked.add(ids);
    told.addKnown(ids.length);
    expect(told.figures()).toEqual(looked.figures());
  });

  it('finds full blocks of what came before, up to the first that differs', () => {
    const cache = createIdealPrefixCache({ blockTokens: 2 });
    expect(cache.add(prompt(1, 2, 3, 4, 5))).toBe(0);
    expect(cache.add(prompt(1, 2, 3, 4, 5))).toBe(4);
    expect(cache.add(prompt(1, 2, 9, 4, 5, 6))).toBe(2);
    expect(cache.add(prompt(9, 2, 3, 4))).toBe(0);
    expect(cache.figures()).toEqual({
      prompt_tokens: 20,
      cached_tokens: 6,
      hit_rate: 0.3,
      blocks: 9,
      distinct_blocks: 6,
    });
  });

  it('knows a block only after the same beginning', () => {
    const cache = createIdealPrefixCache({ blockTokens: 1 });
    cache.add(prompt(1, 2, 2, 2));
    expect(cache.add(prompt(2, 2, 2))).toBe(0);
    expect(cache.add(prompt(1, 2, 2, 2, 2))).toBe(4);
  });

  it('finds nothing in prompts that are shorter than a block', () => {
    const cache = createIdealPrefixCache({ blockTokens: 16 });
    const short = new Uint32Array(15).fill(7);
    for (let time = 0; time < 3; time++) expect(cache.add(short)).toBe(0);
    expect(cache.figures()).toMatchObject({ prompt_tokens: 45, cached_tokens: 0, hit_rate: 0, distinct_blocks: 0 });
  });

  it('knows no rate without tokens', () => {
    const cache = createIdealPrefixCache({ blockTokens: 16 });
    cache.add(prompt());
    expect(cache.figures()).toEqual({
      prompt_tokens: 0,
      cached_tokens: 0,
      hit_rate: null,
      blocks: 0,
      distinct_blocks: 0,
    });
  });

  it('finds the whole conversation so far in its next prompt', () => {
    const cache = createIdealPrefixCache({ blockTokens: 2 });
    const conversation = cache.openGrowingPrompt();
    expect(conversation.add(prompt(1, 2, 3))).toBe(0);
    // The third token now ends a full block, which was none before.
    expect(conversation.add(prompt(4, 5))).toBe(2);
    expect(conversation.add(prompt())).toBe(4);
    expect(cache.openGrowingPrompt().add(prompt(1, 2, 3, 4, 6))).toBe(4);
    expect(cache.figures()).toMatchObject({ prompt_tokens: 18, cached_tokens: 10, blocks: 7, distinct_blocks: 2 });
  });

  const ids = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 });

  it('agrees with its definition on any prompts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(ids, { maxLength: 20 }), (blockTokens, prompts) => {
        const cache = createIdealPrefixCache({ blockTokens });
        const found = prompts.map((each) => cache.add(Uint32Array.from(each)));
        const figures = cache.figures();
        expect([found, figures]).toEqual(naively(blockTokens, prompts));
        // Every block is new once, so order decides who finds it and not how often it is found.
        expect(figures.cached_tokens).toBe((figures.blocks - figures.distinct_blocks) * blockTokens);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('takes growing prompts for the whole prompts that they are, however they interleave', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), ids), { maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), steps, (blockTokens, parts) => {
        const cache = createIdealPrefixCache({ blockTokens });
        const growing = [0, 1, 2].map(() => ({ prompt: cache.openGrowingPrompt(), ids: [] as number[] }));
        const whole: number[][] = [];
        const found = parts.map(([which, part]) => {
          const conversation = growing[which] as (typeof growing)[number];
          conversation.ids = [...conversation.ids, ...part];
          whole.push(conversation.ids);
          return conversation.prompt.add(Uint32Array.from(part));
        });
        expect([found, cache.figures()]).toEqual(naively(blockTokens, whole));
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('tells apart blocks that differ in one token, wherever it stands', () => {
    // 16 places × 4,096 tokens and the block itself: all different, and hardly.
    const cache = createIdealPrefixCache({ blockTokens: 16 });
    const block = new Uint32Array(16).fill(4096);
    cache.add(block);
    for (let place = 0; place < 16; place++) {
      for (let token = 0; token < 4096; token++) expect(cache.add(block.with(place, token))).toBe(0);
    }
    expect(cache.figures().distinct_blocks).toBe(16 * 4096 + 1);
  });

  it.each([0, -1, 1.5, Number.NaN, 1e9])('refuses blocks of %d tokens', (blockTokens) => {
    expect(() => createIdealPrefixCache({ blockTokens })).toThrowError(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(`cannot have ${blockTokens} tokens`) }),
    );
  });
});
