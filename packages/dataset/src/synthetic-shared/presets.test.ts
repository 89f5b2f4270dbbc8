import { beforeAll, describe, expect, test } from 'vitest';
import { collect, testSource } from '../../test/prompt-source.js';
import { syntheticShared } from './generate.js';
import { planSharedPrompts } from './plan.js';
import { SHARED_PRESETS, sharedPreset } from './presets.js';

let source: Awaited<ReturnType<typeof testSource>>;
beforeAll(async () => {
  source = await testSource();
});

describe.each(SHARED_PRESETS)('the preset %s', (name) => {
  test('makes prompts that another tokenizer counts', async () => {
    const { encode } = await import('gpt-tokenizer/encoding/o200k_base');
    const records = await collect(
      syntheticShared({ mixes: [sharedPreset(name, { samplesPerPrefix: 3, prefixes: 2 })] }, source),
    );
    expect(records).toHaveLength(6);
    for (const { prompt, token_count } of records) expect(encode(prompt)).toHaveLength(token_count ?? -1);
  });

  test('has the mean length that was published', () => {
    const mix = sharedPreset(name, { samplesPerPrefix: 2000, prefixes: 1 });
    const plan = planSharedPrompts([mix], { seed: 3 });
    let tokens = 0;
    for (let number = 0; number < plan.prompts; number++) tokens += plan.prompt(number).promptTokens;
    // Truncation at 1 token raises the mean a little where the deviation is wide (video-qa: 5 % of draws are redrawn).
    const bound = (4 * mix.promptTokensStd) / Math.sqrt(plan.prompts) + 0.065 * mix.promptTokensMean;
    expect(Math.abs(tokens / plan.prompts - mix.promptTokensMean)).toBeLessThan(bound);
  });
});

test('a name that is none is refused, with the nearest', () => {
  expect(() => sharedPreset('toolbnech')).toThrow(
    expect.objectContaining({ code: 'usage', hint: expect.stringContaining('Did you mean toolbench?') }),
  );
});
