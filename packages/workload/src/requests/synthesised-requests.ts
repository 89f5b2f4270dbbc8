import { createRandom } from '@aibrix/core/random';
import type { PromptSource } from '@aibrix/synthesis';
import type { RequestMaker } from './request-maker.js';

/** Requests with prompts of exactly the target's tokens, each a function of the seed and its number alone. */
export const synthesisedRequests = (source: PromptSource, seed: number | string): RequestMaker => {
  let number = 0;
  return {
    async next({ promptTokens, outputTokens }) {
      if (promptTokens === null) throw new RangeError('an exact prompt needs a target length');
      const random = createRandom(seed, `prompt/${number++}`);
      return {
        prompt: source.text(promptTokens, random),
        prompt_length: promptTokens,
        output_length: outputTokens,
      };
    },
    findings: () => ({ statistics: {}, notes: [] }),
  };
};
