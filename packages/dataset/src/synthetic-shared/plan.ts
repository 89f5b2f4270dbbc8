import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, normalProbability, truncatedNormal } from '@aibrix/core/random';
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

/** Truncation draws again; where it keeps less than this, what is kept is no longer the distribution asked for. */
const LEAST_KEPT = 0.001;

const requireLikely = (mix: SharedMixSettings, index: number, minPromptTokens: number): void => {
  const { promptTokensMean, promptTokensStd, sharedProportion, sharedProportionStd } = mix;
  const keptLengths = normalProbability({
    mean: promptTokensMean,
    std: promptTokensStd,
    minimum: minPromptTokens,
    maximum: Number.POSITIVE_INFINITY,
  });
  const keptShares = normalProbability({ mean: sharedProportion, std: sharedProportionStd, minimum: 0, maximum: 1 });
  const problems = [
    ...(keptLengths < LEAST_KEPT
      ? [
          `promptTokensMean ${promptTokensMean} with a deviation of ${promptTokensStd} has no prompts of at least ${minPromptTokens} tokens`,
        ]
      : []),
    ...(keptShares < LEAST_KEPT
      ? [`sharedProportionStd ${sharedProportionStd} leaves next to nothing between 0 and 1`]
      : []),
  ];
  if (problems.length === 0) return;
  throw new BenchmarkError('usage', `synthetic_shared: mix ${index + 1}: ${problems.join('; ')}`, {
    hint: 'Lengths and shares are drawn again until they are possible; choose figures with which most draws are.',
  });
};

/**
 * Draws lengths for `mixes`: L ~ Normal(`promptTokensMean`, `promptTokensStd`) truncated to at least `minPromptTokens`
 * (1 by default), and of these P ~ Normal(`sharedProportion`·L, `sharedProportionStd`·L) truncated to [0, L], or, with `trailingTokens` that nothing can share at
 * the end of a prompt, to what is before them; both rounded.
 *
 * @throws BenchmarkError `usage` for a mix whose truncation leaves next to nothing
 */
export const planSharedPrompts = (
  mixes: SharedMixSettings[],
  options: { seed: number | string; minPromptTokens?: number | undefined; trailingTokens?: number | undefined },
): SharedPlan => {
  const { seed, minPromptTokens = 1, trailingTokens = 0 } = options;
  let prompts = 0;
  let prefixes = 0;
  const spans = mixes.map((mix, index) => {
    requireLikely(mix, index, minPromptTokens);
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
          minimum: minPromptTokens,
          maximum: Number.POSITIVE_INFINITY,
        })(),
      );
      const sharedTokens = Math.round(
        truncatedNormal(random, {
          mean: mix.sharedProportion * promptTokens,
          std: mix.sharedProportionStd * promptTokens,
          minimum: 0,
          maximum: promptTokens - trailingTokens,
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
