import { createRandom } from '@aibrix/core/random';
import type { PromptSource, SharedBlock } from './prompt-source.js';

/** How many prompts of a seeded sample have the tokens asked for. */
export interface Exactness {
  sampledPrompts: number;
  wrongPrompts: number;
  maxErrorTokens: number;
  /** Prompts whose token ids, told from their parts, are not those of the whole. */
  otherTokenIds: number;
}

const SAMPLES = 120;
const LONG_SAMPLES = 4;
const MAX_SAMPLE_TOKENS = 512;
const LONG_SAMPLE_TOKENS = 4096;

/**
 * Makes a seeded sample of prompts of every kind there is (own text alone, after one shared block, after several cut
 * blocks, blocks alone) and tokenises each as a whole.
 */
export const measureExactness = (
  source: Pick<PromptSource, 'promptWithTokenIds' | 'minPromptTokens' | 'trailingTokens' | 'distinctBlockNumbers'> & {
    encode(prompt: string): Uint32Array;
  },
  sampleSeed: string,
): Exactness => {
  const random = createRandom('exactness', sampleSeed);
  // Log-uniform: short texts are where closings and filler words matter.
  const length = (maximum: number): number => Math.floor(maximum ** random.next());
  let wrongPrompts = 0;
  let maxErrorTokens = 0;
  let otherTokenIds = 0;
  const check = (tokens: number, shared: SharedBlock[]): void => {
    const { text, tokenIds } = source.promptWithTokenIds(tokens, random, { shared });
    const whole = source.encode(text);
    const error = Math.abs(whole.length - tokens);
    if (error > 0) wrongPrompts++;
    if (whole.length !== tokenIds.length || whole.some((id, index) => id !== tokenIds[index])) otherTokenIds++;
    maxErrorTokens = Math.max(maxErrorTokens, error);
  };
  const least = source.minPromptTokens;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const blocks = source.distinctBlockNumbers > 0 ? sample % 4 : 0;
    const shared = Array.from({ length: blocks }, (_, index) => ({
      block: `${sample * 4 + index}`,
      tokens: (index === 0 ? least : 0) + length(MAX_SAMPLE_TOKENS),
    }));
    const sharedTokens = shared.reduce((sum, { tokens }) => sum + tokens, 0);
    const ownTokens = shared.length > 0 && sample % 5 === 0 ? 0 : length(MAX_SAMPLE_TOKENS);
    check(Math.max(least, sharedTokens + ownTokens + source.trailingTokens), shared);
  }
  for (let sample = 0; sample < LONG_SAMPLES; sample++) check(least + LONG_SAMPLE_TOKENS - sample, []);
  return { sampledPrompts: SAMPLES + LONG_SAMPLES, wrongPrompts, maxErrorTokens, otherTokenIds };
};
