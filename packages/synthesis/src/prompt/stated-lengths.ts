import type { PromptSource } from './prompt-source.js';

/** Lengths of made prompts as they are stated: what was asked for, or, where a source cannot be sure, what is counted. */
export interface StatedLengths {
  /** Tokens to state for `prompt`, of which `askedTokens` were asked for. */
  of(prompt: string, askedTokens: number): number;
  /** How many differ from what was asked for, in words, for a manifest; empty where none does. */
  notes(): string[];
}

/** Lengths to state for the prompts of one reading of a dataset or workload. */
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
