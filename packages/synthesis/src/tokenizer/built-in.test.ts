import { describe, expect, it } from 'vitest';
import { BUILT_IN_TOKENIZERS, loadBuiltIn } from './built-in.js';

// The hashes that OpenAI's tiktoken expects of its downloads (tiktoken_ext/openai_public.py).
const PUBLISHED_SHA256: Record<string, string> = {
  o200k_base: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  cl100k_base: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
};

describe.each(BUILT_IN_TOKENIZERS)('built-in tokenizer %s', (name) => {
  it('is identified by the hash of the published ranks', async () => {
    const tokenizer = await loadBuiltIn(name);
    expect(tokenizer.name).toBe(name);
    expect(tokenizer.sha256).toBe(PUBLISHED_SHA256[name]);
  });

  it('takes text that looks like a special token for plain text', async () => {
    const tokenizer = await loadBuiltIn(name);
    const ids = tokenizer.encode('<|endoftext|>');
    expect(ids.length).toBeGreaterThan(1);
    expect(tokenizer.decode(ids)).toBe('<|endoftext|>');
  });

  it('gives text back as it was', async () => {
    const tokenizer = await loadBuiltIn(name);
    const text = '\ufeffZwölf Boxkämpfer 漢字 🦜\r\n\tend ';
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer.count(text)).toBe(tokenizer.encode(text).length);
    expect(tokenizer.count('')).toBe(0);
  });
});
