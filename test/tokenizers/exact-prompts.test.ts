import { describe, expect, it } from 'vitest';
import { checkPrompts, VOCABULARIES } from './exact-prompts.js';

describe.each(VOCABULARIES)('prompts in %s', (name) => {
  it('have exactly the tokens asked for, by another implementation', async () => {
    const checked = await checkPrompts(name, { prompts: 300, maxTokens: 32_768, seed: 1, content: 'prose' });
    expect(checked.wrong).toEqual([]);
    expect(checked.synthesis).toMatchObject({ method: 'additive', wrong_prompts: 0, max_error_tokens: 0 });
    expect(checked.tokens).toBeGreaterThan(500_000);
  }, 120_000);

  it('of random words have them too', async () => {
    const checked = await checkPrompts(name, { prompts: 100, maxTokens: 4096, seed: 2, content: 'random-words' });
    expect(checked.wrong).toEqual([]);
    expect(checked.synthesis).toMatchObject({ content: 'random-words', method: 'additive', wrong_prompts: 0 });
    expect(checked.tokens).toBeGreaterThan(30_000);
  }, 60_000);
});
