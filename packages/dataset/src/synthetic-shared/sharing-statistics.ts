import { createRunningMoments } from '../running-moments.js';
import type { PlannedPrompt } from './plan.js';

/** How much prompts share. */
export interface Sharing {
  /** Mean over prompts of shared tokens / prompt tokens. */
  prefix_proportion: number | null;
  /**
   * Tokens that all prompts of a prefix have in common / mean tokens of these prompts, averaged over prefixes. A prefix
   * with one prompt has nothing to share and does not count; null when there is no other.
   */
  prefix_sharing_ratio: number | null;
}

/** The same over all mixes, and of each. */
export interface SharingStatistics extends Sharing {
  mixes: (Sharing & { config_id: number; prompts: number; prompt_tokens_mean: number | null })[];
}

/**
 * Collects how much prompts share. The figures are of tokens as they were put together, which is what the texts have;
 * that two unshared parts may happen to start with the same token is not counted.
 */
export const collectSharingStatistics = (
  prefixes: number,
  mixes: number,
): { add(planned: PlannedPrompt): void; result(): SharingStatistics } => {
  const commonTokens = new Float64Array(prefixes).fill(Number.POSITIVE_INFINITY);
  const promptTokens = new Float64Array(prefixes);
  const prompts = new Uint32Array(prefixes);
  const mixOfPrefix = new Uint32Array(prefixes);
  const lengthsOfMix = Array.from({ length: mixes }, createRunningMoments);
  const proportionsOfMix = Array.from({ length: mixes }, createRunningMoments);
  const proportions = createRunningMoments();

  const sharingRatio = (isCounted: (mix: number) => boolean): number | null => {
    const ratios = createRunningMoments();
    for (const [prefix, count] of prompts.entries()) {
      if (count < 2 || !isCounted(mixOfPrefix[prefix] ?? 0)) continue;
      ratios.add(((commonTokens[prefix] ?? 0) * count) / (promptTokens[prefix] ?? 0));
    }
    return ratios.mean;
  };

  return {
    add({ mix, prefix, promptTokens: tokens, sharedTokens }) {
      commonTokens[prefix] = Math.min(commonTokens[prefix] ?? 0, sharedTokens);
      promptTokens[prefix] = (promptTokens[prefix] ?? 0) + tokens;
      prompts[prefix] = (prompts[prefix] ?? 0) + 1;
      mixOfPrefix[prefix] = mix;
      lengthsOfMix[mix]?.add(tokens);
      proportionsOfMix[mix]?.add(sharedTokens / tokens);
      proportions.add(sharedTokens / tokens);
    },
    result: () => ({
      prefix_proportion: proportions.mean,
      prefix_sharing_ratio: sharingRatio(() => true),
      mixes: lengthsOfMix.map((lengths, mix) => ({
        config_id: mix,
        prompts: lengths.count,
        prompt_tokens_mean: lengths.mean,
        prefix_proportion: proportionsOfMix[mix]?.mean ?? null,
        prefix_sharing_ratio: sharingRatio((other) => other === mix),
      })),
    }),
  };
};
