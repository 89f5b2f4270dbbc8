import { createLengthHistogram } from '@aibrix/core/lengths';
import type { TargetLengths } from '../matching/target-lengths.js';
import { type TokenFigures, tokenFigures } from '../statistics/token-figures.js';

/** What lengths were asked for, to compare with those in the file. */
export interface TargetTally {
  add(target: TargetLengths): void;
  /** Nothing where there were no targets. */
  statistics(): { target_prompt_tokens?: TokenFigures; target_output_tokens?: TokenFigures };
}

export const createTargetTally = (): TargetTally => {
  const prompt = createLengthHistogram();
  const output = createLengthHistogram();
  return {
    add({ promptTokens, outputTokens }) {
      if (promptTokens !== null) prompt.add(promptTokens);
      if (outputTokens !== null) output.add(outputTokens);
    },
    statistics() {
      return {
        ...(prompt.count > 0 && { target_prompt_tokens: tokenFigures(prompt) }),
        ...(output.count > 0 && { target_output_tokens: tokenFigures(output) }),
      };
    },
  };
};
