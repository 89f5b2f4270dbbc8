import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePrefixGroups } from './prefix-groups.js';

const common = (a: readonly number[], b: readonly number[]): number => {
  const differing = a.findIndex((token, index) => token !== b[index]);
  return differing === -1 ? a.length : differing;
};

/** By the definitions: every prompt with every other of its group. */
const naively = (prompts: readonly (readonly number[])[]) => {
  const others = (index: number) => prompts.filter((_, other) => other !== index);
  const proportions = prompts.map((prompt, index) =>
    prompt.length === 0 ? 0 : Math.max(...others(index).map((other) => common(prompt, other))) / prompt.length,
  );
  const commonTokens = Math.min(...prompts.map((prompt) => common(prompts[0] ?? [], prompt)));
  return { commonTokens, proportion: proportions.reduce((sum, each) => sum + each, 0) / prompts.length };
};

const compare = (prompts: readonly (readonly number[])[], options = {}) => {
  const comparison = comparePrefixGroups(options);
  for (const prompt of prompts) comparison.add(0, Uint32Array.from(prompt));
  return comparison.result();
};

describe('comparePrefixGroups', () => {
  it('tells what each group has in common, and leaves lone prompts out', () => {
    const comparison = comparePrefixGroups();
    for (const [group, ...tokens] of [
      [7, 1, 2, 3, 4],
      [8, 5, 5],
      [7, 1, 2, 3, 9],
      [9, 6],
      [8, 5, 6, 7],
      [7, 1, 2, 8, 8],
    ] as const) {
      comparison.add(group, Uint32Array.from(tokens));
    }
    expect(comparison.result()).toMatchObject({
      groups: 3,
      groups_compared: 2,
      prompts_compared: 5,
      common_tokens: { count: 2, min: 1, max: 2 },
      prefix_proportion: expect.closeTo((3 / 4 + 3 / 4 + 2 / 4 + 1 / 2 + 1 / 3) / 5, 12),
      prefix_sharing_ratio: expect.closeTo((2 / 4 + 1 / 2.5) / 2, 12),
      first_groups: [
        { prefix_group: 7, prompts: 3, common_tokens: 2, prompt_tokens_mean: 4 },
        { prefix_group: 8, prompts: 2, common_tokens: 1, prompt_tokens_mean: 2.5 },
        { prefix_group: 9, prompts: 1, common_tokens: 1, prompt_tokens_mean: 1 },
      ],
      prompts_left_out: 0,
    });
  });

  it('knows nothing where no group is stated, and no proportion where each has one prompt', () => {
    expect(comparePrefixGroups().result()).toBeNull();
    expect(compare([[1, 2]])).toMatchObject({ groups: 1, prefix_proportion: null, prefix_sharing_ratio: null });
  });

  it('is exact where all begin with parts of one text', () => {
    // A prompt is so many tokens of the shared text, and then tokens that nobody else has.
    const group = fc.array(fc.record({ shared: fc.nat({ max: 20 }), own: fc.nat({ max: 5 }) }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(group, (parts) => {
        const prompts = parts.map(({ shared, own }, index) => [
          ...Array.from({ length: shared }, (_, token) => token),
          ...Array.from({ length: own }, () => 1000 + index),
        ]);
        const { commonTokens, proportion } = naively(prompts);
        const found = compare(prompts);
        expect(found?.common_tokens.min).toBe(commonTokens);
        expect(found?.prefix_proportion).toBeCloseTo(proportion, 12);
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  it('never says too much of any other group, and always knows what all have in common', () => {
    const prompts = fc.array(fc.array(fc.nat({ max: 1 }), { maxLength: 6 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(prompts, (group) => {
        const { commonTokens, proportion } = naively(group);
        const found = compare(group);
        expect(found?.common_tokens.min).toBe(commonTokens);
        expect(found?.prefix_proportion).toBeLessThanOrEqual(proportion + 1e-12);
      }),
      { seed: 6, numRuns: 2000 },
    );
  });

  it('leaves out groups that begin when memory is full, and says so', () => {
    const comparison = comparePrefixGroups({ maxKeptTokens: 200 });
    const tokens = (length: number): Uint32Array => new Uint32Array(length).fill(1);
    for (const [group, length] of [
      [0, 10],
      [1, 20],
      [2, 10],
      [0, 8],
      [2, 10],
    ] as const) {
      comparison.add(group, tokens(length));
    }
    expect(comparison.result()).toMatchObject({
      groups: 2,
      groups_compared: 1,
      prefix_proportion: expect.closeTo((8 / 10 + 1) / 2, 12),
      prompts_left_out: 2,
    });
  });
});
