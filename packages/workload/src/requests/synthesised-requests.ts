import { createRandom } from '@aibrix/core/random';
import { createStatedLengths, type PromptSource } from '@aibrix/synthesis';
import type { RequestMaker } from './request-maker.js';

/**
 * Requests with prompts of exactly the target's tokens in the source's count mode, each a function of the seed and its
 * number alone. Targets below its shortest prompt are raised to that, and counted in a note.
 */
export const synthesisedRequests = (source: PromptSource, seed: number | string): RequestMaker => {
  let number = 0;
  let raised = 0;
  const stated = createStatedLengths(source);
  return {
    async next({ promptTokens, outputTokens }) {
      if (promptTokens === null) throw new RangeError('an exact prompt needs a target length');
      const random = createRandom(seed, `prompt/${number++}`);
      const tokens = Math.max(promptTokens, source.minPromptTokens);
      if (tokens > promptTokens) raised++;
      const prompt = source.prompt(tokens, random);
      return {
        prompt,
        prompt_length: stated.of(prompt, tokens),
        output_length: outputTokens,
      };
    },
    findings: () => ({
      statistics: {},
      notes: [
        ...(raised > 0 ? [`prompts raised to ${source.minPromptTokens} tokens: ${raised}`] : []),
        ...stated.notes(),
      ],
    }),
  };
};
