import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { doubling, loadSentenceSpanning, loadWordSpanning } from '../../test/awkward-tokenizers.js';
import { TINY_BPE_FILE } from '../../test/tiny-bpe.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { createPromptSource } from './prompt-source.js';

describe.each([
  ['sentences', loadSentenceSpanning],
  ['words', loadWordSpanning],
])('a tokenizer with tokens that span %s', (_, load) => {
  it('has every prompt counted and mended until it is exact', async () => {
    const tokenizer = await load();
    const source = createPromptSource(tokenizer, { seed: 1 });
    expect(source.synthesis).toMatchObject({ method: 'verified', wrong_prompts: 0, max_error_tokens: 0 });
    const random = createRandom(1, 'verified');
    for (let tokens = 1; tokens <= 150; tokens++) expect(tokenizer.count(source.text(tokens, random))).toBe(tokens);
    for (let i = 0; i < 60; i++) {
      const tokens = 50 + random.below(800);
      const shared = [
        { block: `${i}`, tokens: random.below(tokens >> 1) },
        { block: `name ${i}`, tokens: random.below(tokens >> 1) },
      ];
      expect(tokenizer.count(source.prompt(tokens, random, { shared }))).toBe(tokens);
    }
  });

  it('continues any text exactly, once it knows the text', async () => {
    const tokenizer = await load();
    const source = createPromptSource(tokenizer, { seed: 1 });
    const random = createRandom(2, 'verified');
    for (const after of ['Please continue.', 'This is in', 'Say how', 'Is it so?', source.block('7', 33)]) {
      for (const tokens of [1, 2, 3, 7, 20, 90]) {
        const text = after + source.continuation(tokens, random, { after });
        expect(tokenizer.count(text)).toBe(tokenizer.count(after) + tokens);
      }
    }
  });

  it('has blocks that can be cut at every token', async () => {
    const tokenizer = await load();
    const source = createPromptSource(tokenizer, { seed: 1 });
    for (const name of ['0', '5', 'group a']) {
      const whole = source.block(name, 120, { position: 'start' });
      const ids = tokenizer.encode(whole);
      for (let tokens = 1; tokens <= 120; tokens++) {
        const cut = source.block(name, tokens, { position: 'start' });
        expect(whole.startsWith(cut)).toBe(true);
        expect(tokenizer.encode(cut)).toEqual(ids.subarray(0, tokens));
      }
    }
  });
});

describe('a tokenizer that cannot be exact', () => {
  it('is used as nearly as it can be, and says how near that is', async () => {
    const tokenizer = doubling(await loadTokenizer(TINY_BPE_FILE));
    const source = createPromptSource(tokenizer, { seed: 1 });
    expect(source.synthesis).toMatchObject({ method: 'verified', max_error_tokens: 1 });
    expect(source.synthesis.wrong_prompts).toBeGreaterThan(0);
    expect(source.synthesis.wrong_prompts).toBeLessThan(source.synthesis.sampled_prompts);
    expect(source.distinctBlockNumbers).toBe(0);
    const random = createRandom(1, 'verified');
    expect(tokenizer.count(source.text(100, random))).toBe(100);
    expect(Math.abs(tokenizer.count(source.text(101, random)) - 101)).toBe(1);
  });

  it('refuses blocks where it has no words of one token', async () => {
    const source = createPromptSource(doubling(await loadTokenizer(TINY_BPE_FILE)), { seed: 1 });
    expect(() => source.block('1', 100)).toThrow(expect.objectContaining({ code: 'tokenizer' }));
  });
});
