import { createRandom, shuffle } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import type { PlainPrompt } from '@aibrix/schema';
import type { PromptSource } from '@aibrix/synthesis';
import type { GeneratedDataset } from '../generated-dataset.js';
import { type SyntheticSharedOptions, syntheticSharedOptionsSchema } from './options.js';
import { type PlannedPrompt, planSharedPrompts } from './plan.js';
import { collectSharingStatistics } from './sharing-statistics.js';

const GENERATOR = 'synthetic_shared';

/**
 * Prompts that share prefixes, for prefix caches. For each mix and each of its prefixes, `samplesPerPrefix` prompts of
 * L tokens: the first P are the prefix's text, the other L − P are drawn for this prompt alone.
 *
 * - L ~ Normal(`promptTokensMean`, `promptTokensStd`) truncated to at least 1, rounded
 * - P ~ Normal(`sharedProportion`·L, `sharedProportionStd`·L) truncated to [0, L], rounded
 *
 * Prompts of one prefix with P₁ ≤ P₂ agree in their first P₁ tokens. Prefixes differ within their first two tokens, over
 * all mixes, where at least two tokens are shared. `prefix_group` counts prefixes over the whole dataset, `config_id` mixes, both from 0.
 * Each prompt is a function of the seed and its number alone. Token counts are exact under the tokenizer of `source`.
 *
 * @param source makes the texts; it has a seed of its own, which decides their wording and not their lengths
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const syntheticShared = (
  options: SyntheticSharedOptions,
  source: PromptSource,
): GeneratedDataset<PlainPrompt> => {
  const settings = parseOptions(syntheticSharedOptionsSchema, options, GENERATOR);
  const { seed, ...generatorOptions } = settings;
  const plan = planSharedPrompts(settings.mixes, seed);
  const collectSharing = () => collectSharingStatistics(plan.prefixes, settings.mixes.length);
  let sharing = collectSharing();
  // Whole-number names are sure to start differently, up to a limit of the tokenizer's vocabulary.
  const unsure = plan.prefixes - source.distinctBlockNumbers;
  const notes = unsure > 0 ? [`prefixes that may start with the same two tokens as another: ${unsure}`] : [];

  const textOf = ({ prefix, promptTokens, sharedTokens }: PlannedPrompt, number: number): string => {
    const random = createRandom(seed, `${GENERATOR}/text/${number}`);
    if (sharedTokens === 0) return source.text(promptTokens, random);
    const shared = source.block(String(prefix), sharedTokens, { position: 'start' });
    return promptTokens === sharedTokens ? shared : shared + source.continuation(promptTokens - sharedTokens, random);
  };

  const numbers = function* (): Generator<number> {
    if (!settings.randomizeOrder) {
      for (let number = 0; number < plan.prompts; number++) yield number;
      return;
    }
    const order = new Uint32Array(plan.prompts).map((_, index) => index);
    yield* shuffle(order, createRandom(seed, `${GENERATOR}/order`));
  };

  return {
    origin: { generator: GENERATOR, options: generatorOptions, seed, tokenizer: source.tokenizer },
    findings: () => ({ statistics: { ...sharing.result() }, notes }),
    async *[Symbol.asyncIterator]() {
      sharing = collectSharing();
      for (const number of numbers()) {
        const planned = plan.prompt(number);
        sharing.add(planned);
        yield {
          prompt: textOf(planned, number),
          token_count: planned.promptTokens,
          prefix_group: planned.prefix,
          config_id: planned.mix,
        };
      }
    },
  };
};
