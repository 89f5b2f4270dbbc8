import { describe, expect, test } from 'vitest';
import { createRunningMoments } from '../running-moments.js';
import { planSharedPrompts } from './plan.js';

const mix = (over: object) => ({
  promptTokensMean: 1000,
  promptTokensStd: 100,
  sharedProportion: 0.5,
  sharedProportionStd: 0.05,
  samplesPerPrefix: 20_000,
  prefixes: 1,
  ...over,
});

describe('planSharedPrompts', () => {
  test('draws lengths and shares with the means and deviations asked for', () => {
    const plan = planSharedPrompts([mix({})], { seed: 0 });
    const lengths = createRunningMoments();
    const shares = createRunningMoments();
    for (let number = 0; number < plan.prompts; number++) {
      const { promptTokens, sharedTokens } = plan.prompt(number);
      lengths.add(promptTokens);
      shares.add(sharedTokens / promptTokens);
    }
    // Standard errors at 20,000: of a mean std/141, of a standard deviation std/200. Bounds are four of them.
    expect(Math.abs((lengths.mean ?? 0) - 1000)).toBeLessThan(4 * (100 / 141));
    expect(Math.abs((lengths.std ?? 0) - 100)).toBeLessThan(4 * (100 / 200));
    expect(Math.abs((shares.mean ?? 0) - 0.5)).toBeLessThan(4 * (0.05 / 141));
    expect(Math.abs((shares.std ?? 0) - 0.05)).toBeLessThan(4 * (0.05 / 200));
  });

  test('truncates by drawing again: nothing piles up at the ends', () => {
    const plan = planSharedPrompts(
      [mix({ promptTokensMean: 50, promptTokensStd: 50, sharedProportion: 0.97, sharedProportionStd: 0.3 })],
      { seed: 0 },
    );
    let shortest = 0;
    let whole = 0;
    for (let number = 0; number < plan.prompts; number++) {
      const { promptTokens, sharedTokens } = plan.prompt(number);
      expect(promptTokens).toBeGreaterThanOrEqual(1);
      expect(sharedTokens).toBeGreaterThanOrEqual(0);
      expect(sharedTokens).toBeLessThanOrEqual(promptTokens);
      if (promptTokens === 1) shortest++;
      if (sharedTokens === promptTokens) whole++;
    }
    // Clamped, 16 % would have the shortest length and 46 % be wholly shared.
    expect(shortest / plan.prompts).toBeLessThan(0.01);
    expect(whole / plan.prompts).toBeLessThan(0.1);
  });

  test('knows each prompt by its number', () => {
    const plan = planSharedPrompts(
      [mix({ samplesPerPrefix: 3, prefixes: 2 }), mix({ samplesPerPrefix: 1, prefixes: 2 })],
      { seed: 0 },
    );
    expect(plan).toMatchObject({ prompts: 8, prefixes: 4 });
    const numbers = Array.from({ length: 8 }, (_, number) => number);
    expect(numbers.map((number) => plan.prompt(number).prefix)).toEqual([0, 0, 0, 1, 1, 1, 2, 3]);
    expect(numbers.map((number) => plan.prompt(number).mix)).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    expect(plan.prompt(5)).toEqual(plan.prompt(5));
    expect(() => plan.prompt(8)).toThrow(RangeError);
  });
});
