import { BenchmarkError } from '@aibrix/core/errors';
import type { OneTokenWords } from './one-token-words.js';
import type { WriteText } from './piece.js';

/** Words in any order, one token each: load without the structure of a language, which repeats less than prose does. */
export const createRandomWords = (words: OneTokenWords): WriteText => {
  const { all, opening } = words;
  return (tokens, random, position) => {
    if (tokens === 0) return [];
    if (opening.length === 0) {
      throw new BenchmarkError('tokenizer', 'this tokenizer has no English words of one token to make texts of', {
        hint: 'Use content prose, or another tokenizer, for example the built-in o200k_base.',
      });
    }
    const first = random.pick(opening);
    const parts = [position === 'start' ? first.slice(1) : first];
    while (parts.length < tokens) parts.push(random.pick(all));
    return parts;
  };
};
