import { createRandom, truncatedNormal } from '@aibrix/core/random';
import type { SharedMixSettings } from './options.js';

/** What one prompt will be. */
export interface PlannedPrompt {
  /** Index of its mix. */
  mix: number;
  /** Its prefix, counted over all mixes. */
  prefix: number;
  /** Tokens of the whole prompt. */
  promptTokens: number;
  /** Tokens at its start that come from the prefix. */
  sharedTokens: number;
}

/** All prompts of a dataset by number, mix by mix and prefix by prefix; each is drawn when it is asked for. */
export interface SharedPlan {
  /** Prompts in all. */
  prompts: number;
  /** Prefixes in all. */
  prefixes: number;
  prompt(index: number): PlannedPrompt;
}

/**
 * Draws lengths for `mixes`: L ~ Normal(`promptTokensMean`, `promptTokensStd`) truncated to at least 1, and of these
 * P ~ Normal(`sharedProportion`·L, `sharedProportionStd`·L) truncated to [0, L]; both rounded.
 */
export const planSharedPrompts = (mixes: SharedMixSettings[], seed: number | string): SharedPlan => {
  let prompts = 0;
  let prefixes = 0;
  const spans = mixes.map((mix, index) => {
    const span = { mix, index, firstPrompt: prompts, firstPrefix: prefixes };
    prefixes += mix.prefixes;
    prompts += mix.prefixes * mix.samplesPerPrefix;
    return span;
  });

  return {
    prompts,
    prefixes,
    prompt(number) {
      const span = spans.findLast(({ firstPrompt }) => firstPrompt <= number);
      if (!span || number >= prompts) throw new RangeError(`there is no prompt ${number}`);
      const { mix, index, firstPrompt, firstPrefix } = span;
      const random = createRandom(seed, `synthetic_shared/prompt/${number}`);
      const promptTokens = Math.round(
        truncatedNormal(random, {
          mean: mix.promptTokensMean,
          std: mix.promptTokensStd,
          minimum: 1,
          maximum: Number.POSITIVE_INFINITY,
        })(),
      );
      const sharedTokens = Math.round(
        truncatedNormal(random, {
          mean: mix.sharedProportion * promptTokens,
          std: mix.sharedProportionStd * promptTokens,
          minimum: 0,
          maximum: promptTokens,
        })(),
      );
      return {
        mix: index,
        prefix: firstPrefix + Math.floor((number - firstPrompt) / mix.samplesPerPrefix),
        promptTokens,
        sharedTokens,
      };
    },
  };
};
