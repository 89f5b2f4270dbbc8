import { describe, expect, it } from 'vitest';
import { BUILT_IN_TOKENIZERS, loadBuiltIn } from '../tokenizer/built-in.js';
import { WORD_BANK } from './word-bank.js';

const words = Object.values(WORD_BANK).flat();

describe('the word bank', () => {
  it('has each word once', () => {
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it.each(BUILT_IN_TOKENIZERS)('is one token a word in %s', async (name) => {
    const tokenizer = await loadBuiltIn(name);
    expect(words.filter((word) => tokenizer.count(` ${word}`) !== 1)).toEqual([]);
  });
});
