import type { PromptSource } from '@aibrix/synthesis';

/** Lengths of made prompts as they are stated: what was asked for, or, where a source cannot be sure, what is counted. */
export interface StatedLengths {
  of(prompt: string, askedTokens: number): number;
  notes(): string[];
}

export const createStatedLengths = (source: PromptSource): StatedLengths => {
  const isSure = source.synthesis.method === 'additive';
  let inexact = 0;
  return {
    of(prompt, askedTokens) {
      if (isSure) return askedTokens;
      const tokens = source.count(prompt);
      if (tokens !== askedTokens) inexact++;
      return tokens;
    },
    notes: () =>
      inexact === 0
        ? []
        : [`prompts that could not have exactly their tokens, stated with those they have: ${inexact}`],
  };
};
