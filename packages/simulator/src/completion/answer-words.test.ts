import { createRandom } from '@aibrix/core/random';
import { loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { expect, it } from 'vitest';
import { createAnswerWords } from './answer-words.js';

it.each(['o200k_base', 'cl100k_base'])('makes text of one token a word under %s', async (name) => {
  const tokenizer = await loadTokenizer(name);
  const wordsOf = createAnswerWords(tokenizer);
  for (const count of [1, 2, 3, 10, 1_000]) {
    const nextWord = wordsOf(createRandom(count, 'test'));
    const words = Array.from({ length: count }, nextWord);
    expect(tokenizer.count(words.join(''))).toBe(count);
    for (const word of words) expect(word).toMatch(/^ [a-z]+$/);
  }
});

it('refuses a tokenizer that has no such words', () => {
  const encode = (text: string): Uint32Array => Uint32Array.from(new TextEncoder().encode(text));
  const bytes: Tokenizer = {
    name: 'bytes',
    sha256: '',
    encode,
    encodeWithSpecialTokens: encode,
    decode: (ids) => new TextDecoder().decode(Uint8Array.from(ids)),
    count: (text) => encode(text).length,
  };
  expect(() => createAnswerWords(bytes)).toThrow(expect.objectContaining({ code: 'tokenizer' }));
});
