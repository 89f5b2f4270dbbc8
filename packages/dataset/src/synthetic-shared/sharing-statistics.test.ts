import { expect, test } from 'vitest';
import { collectSharingStatistics } from './sharing-statistics.js';

test('averages what groups have in common over groups of more than one prompt', () => {
  const sharing = collectSharingStatistics(3, 2);
  for (const [mix, prefix, promptTokens, sharedTokens] of [
    [0, 0, 100, 50],
    [0, 0, 60, 30],
    [0, 1, 10, 10],
    [1, 2, 40, 10],
    [1, 2, 40, 10],
  ] as const) {
    sharing.add({ mix, prefix, promptTokens, sharedTokens });
  }
  // Group 0 has 30 tokens in common at a mean of 80; group 1 has one prompt; group 2 has 10 of 40.
  expect(sharing.result()).toEqual({
    prefix_proportion: (0.5 + 0.5 + 1 + 0.25 + 0.25) / 5,
    prefix_sharing_ratio: (30 / 80 + 10 / 40) / 2,
    mixes: [
      {
        config_id: 0,
        prompts: 3,
        prompt_tokens_mean: 170 / 3,
        prefix_proportion: 2 / 3,
        prefix_sharing_ratio: 30 / 80,
      },
      { config_id: 1, prompts: 2, prompt_tokens_mean: 40, prefix_proportion: 0.25, prefix_sharing_ratio: 0.25 },
    ],
  });
});

test('knows no ratio where no prefix has two prompts', () => {
  const sharing = collectSharingStatistics(1, 1);
  sharing.add({ mix: 0, prefix: 0, promptTokens: 4, sharedTokens: 2 });
  expect(sharing.result()).toMatchObject({ prefix_proportion: 0.5, prefix_sharing_ratio: null });
});
