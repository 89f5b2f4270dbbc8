import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom } from '@aibrix/core/random';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { Blocks } from './blocks.js';
import type { Prose } from './prose.js';

const SAMPLES = 120;
const MAX_SAMPLE_TOKENS = 512;

/**
 * Whether token counts add up wherever this package joins text: in a seeded sample of prompts (a text or a block, then a
 * continuation, then a cut block) every prompt must have the sum of its parts.
 */
export const isAdditive = (tokenizer: Tokenizer, prose: Prose, blocks: Blocks): boolean => {
  const random = createRandom('additivity', tokenizer.sha256);
  // Log-uniform lengths: short texts are where closings and filler words matter.
  const length = (): number => Math.floor(MAX_SAMPLE_TOKENS ** random.next());
  try {
    for (let sample = 0; sample < SAMPLES; sample++) {
      const lengths = { head: length(), continuation: length(), block: length() };
      const head =
        sample % 2 === 0 ? prose(lengths.head, random, 'start') : blocks.text(`${sample}`, lengths.head, 'start');
      const prompt =
        head +
        prose(lengths.continuation, random, 'middle') +
        blocks.text(`${sample + SAMPLES}`, lengths.block, 'middle') +
        prose(lengths.continuation, random, 'middle');
      const expected = lengths.head + lengths.continuation * 2 + lengths.block;
      if (tokenizer.count(head) !== lengths.head || tokenizer.count(prompt) !== expected) return false;
    }
  } catch (error) {
    // Some length cannot be made at all: what is made must be counted then.
    if (BenchmarkError.is(error) && error.code === 'tokenizer') return false;
    throw error;
  }
  return true;
};
