import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { createLengthGrid } from './length-grid.js';
import { nearestPrompt } from './nearest-prompt.js';
import { distanceToTarget, type TargetLengths } from './target-lengths.js';

type Lengths = [promptTokens: number, outputTokens: number | null];

const lengthsOf = (prompts: Lengths[]) => ({
  promptTokens: (prompt: number) => prompts[prompt]?.[0] ?? 0,
  outputTokens: (prompt: number) => prompts[prompt]?.[1] ?? null,
});

const random = createRandom(6, 'nearest');
const around = (least: number, width: number) => least + random.below(width);
const POOLS: { name: string; prompt: () => Lengths }[] = [
  { name: 'a few unknown outputs', prompt: () => [around(1, 3000), random.below(200) === 0 ? null : around(1, 900)] },
  { name: 'no output known', prompt: () => [around(100, 3000), null] },
  { name: 'one prompt length', prompt: () => [1001, around(100, 900)] },
  { name: 'one length of both', prompt: () => [1001, 57] },
  {
    name: 'lengths with a gap',
    prompt: () => [around(random.pick([100, 40_000]), 90), around(random.pick([50, 9000]), 90)],
  },
  {
    name: 'a sum that is always the same',
    prompt: () => {
      const promptTokens = around(1, 2000);
      return [promptTokens, 2001 - promptTokens];
    },
  },
];

describe('nearestPrompt', () => {
  test.for(POOLS)('finds the least distance that a pass over all prompts finds ($name)', ({ prompt }) => {
    const prompts = Array.from({ length: 2500 }, prompt);
    const lengths = lengthsOf(prompts);
    const grid = createLengthGrid(prompts.length, lengths);
    for (let round = 0; round < 60; round++) {
      const target: TargetLengths = {
        promptTokens: random.below(4) === 0 ? null : random.below(random.pick([5, 100, 60_000])),
        outputTokens: random.below(4) === 0 ? null : random.below(random.pick([5, 100, 20_000])),
      };
      const least = Math.min(...prompts.map(([input, output]) => distanceToTarget(input, output, target)));
      const nearest = nearestPrompt(grid, lengths, target);
      expect(distanceToTarget(lengths.promptTokens(nearest), lengths.outputTokens(nearest), target)).toBe(least);
      expect(nearestPrompt(grid, lengths, target)).toBe(nearest);
    }
  });

  test('looks at few prompts, also where all have one prompt length', () => {
    const prompts = Array.from({ length: 100_000 }, (): Lengths => [1001, around(100, 900)]);
    const lengths = lengthsOf(prompts);
    const grid = createLengthGrid(prompts.length, lengths);
    let looked = 0;
    const counting = {
      ...lengths,
      promptTokens(prompt: number) {
        looked++;
        return lengths.promptTokens(prompt);
      },
    };
    for (let round = 0; round < 100; round++) {
      nearestPrompt(grid, counting, { promptTokens: 1 + random.below(400), outputTokens: 1 + random.below(40) });
    }
    // All prompts of the lowest output length are the nearest: the first is enough.
    expect(looked).toBeLessThanOrEqual(100 * 16);
  });
});
