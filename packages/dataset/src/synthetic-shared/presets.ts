import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import type { SharedMixSettings } from './options.js';

/** The shape of a published workload: tokens of its prompts, and the share of them that prompts have in common. */
type SharedShape = Pick<
  SharedMixSettings,
  'promptTokensMean' | 'promptTokensStd' | 'sharedProportion' | 'sharedProportionStd'
>;

const shape = (length: readonly [number, number], proportion: readonly [number, number]): SharedShape => ({
  promptTokensMean: length[0],
  promptTokensStd: length[1],
  sharedProportion: proportion[0],
  sharedProportionStd: proportion[1],
});

export type SharedPreset = 'toolbench' | 'embodied-agent' | 'programming' | 'video-qa' | 'loogle';

/**
 * Shapes of five applications, measured by Srivatsa et al., "Preble: Efficient Distributed Prompt Scheduling for LLM
 * Serving" (arXiv 2407.00023): mean and deviation of prompt tokens, and of the shared proportion.
 */
const SHAPES: Record<SharedPreset, SharedShape> = {
  toolbench: shape([1835, 742], [0.85, 0.13]),
  'embodied-agent': shape([2285, 471], [0.97, 0.14]),
  programming: shape([3871, 1656], [0.97, 0.074]),
  'video-qa': shape([9865, 5976], [0.88, 0.32]),
  loogle: shape([23474, 6105], [0.91, 0.24]),
};

/** Names of the shapes that `sharedPreset` knows. */
export const SHARED_PRESETS: readonly SharedPreset[] = Object.keys(SHAPES) as SharedPreset[];

/**
 * A mix of a published shape. Proportions are those of the normal distribution before it is truncated to [0, 1]: what
 * comes out of a wide one near 1 is lower, and stands in the manifest.
 *
 * @param counts prompts of each prefix (default 20) and prefixes (default 10)
 * @throws BenchmarkError `usage` for a name that is none of `SHARED_PRESETS`
 */
export const sharedPreset = (
  name: string,
  counts: { samplesPerPrefix?: number | undefined; prefixes?: number | undefined } = {},
): SharedMixSettings => {
  const found = SHARED_PRESETS.find((preset) => preset === name);
  if (!found) {
    const match = closestMatch(name, SHARED_PRESETS);
    throw new BenchmarkError('usage', `there is no preset ${name}`, {
      hint: `${match ? `Did you mean ${match}? ` : ''}Presets: ${SHARED_PRESETS.join(', ')}.`,
    });
  }
  const { samplesPerPrefix = 20, prefixes = 10 } = counts;
  return { ...SHAPES[found], samplesPerPrefix, prefixes };
};
