import { createRandom } from '@aibrix/core/random';
import { createStatedLengths, type PromptSource } from '@aibrix/synthesis';
import { createCacheFigures } from '../cache-figures/cache-figures.js';
import type { RequestMaker } from './request-maker.js';
import { writePrompt } from './write-prompt.js';

/**
 * Requests with prompts of exactly the target's tokens in the source's count mode, each a function of the seed, the
 * generator's name and its number alone. Targets below its shortest prompt are raised to that, and counted in a note.
 */
export const synthesisedRequests = (
  source: PromptSource,
  options: { generator: string; seed: number | string; cacheFigures: boolean },
): RequestMaker => {
  const { generator, seed } = options;
  let number = 0;
  let raised = 0;
  const stated = createStatedLengths(source);
  const cache = options.cacheFigures ? createCacheFigures() : undefined;
  return {
    next({ promptTokens, outputTokens }) {
      if (promptTokens === null) throw new RangeError('an exact prompt needs a target length');
      const random = createRandom(seed, `prompt/${generator}/${number++}`);
      const tokens = Math.max(promptTokens, source.minPromptTokens);
      if (tokens > promptTokens) raised++;
      const text = writePrompt(source, { tokens, random, cache });
      return { prompt: text, prompt_length: stated.of(text, tokens), output_length: outputTokens };
    },
    findings: () => ({
      statistics: cache ? { ideal_prefix_cache: cache.figures() } : {},
      notes: [
        ...(raised > 0 ? [`prompts raised to ${source.minPromptTokens} tokens: ${raised}`] : []),
        ...stated.notes(),
      ],
    }),
  };
};
