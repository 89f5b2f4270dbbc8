import { createRandom, shuffle } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import type { PlainPrompt } from '@aibrix/schema';
import { createStatedLengths, type PromptSource } from '@aibrix/synthesis';
import type { SeededDataset } from '../generated-dataset.js';
import { requireSlice } from '../require-slice.js';
import { type SyntheticSharedOptions, syntheticSharedOptionsSchema } from './options.js';
import { planSharedPrompts } from './plan.js';
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
 * all mixes, where at least two tokens of the text are shared. `prefix_group` counts prefixes over the whole dataset, `config_id`
 * mixes, both from 0. Each prompt is a function of the seed and its number alone. Token counts are exact in the count
 * mode of `source`: with a chat frame, L and P include what the template puts before the text (the same for all
 * prefixes), L what it puts after it, and L is at least `source.minPromptTokens`.
 *
 * @param source makes the texts; it has a seed of its own, which decides their wording and not their lengths
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const syntheticShared = (options: SyntheticSharedOptions, source: PromptSource): SeededDataset<PlainPrompt> => {
  const settings = parseOptions(syntheticSharedOptionsSchema, options, GENERATOR);
  const { seed, ...generatorOptions } = settings;
  const plan = planSharedPrompts(settings.mixes, {
    seed,
    minPromptTokens: source.minPromptTokens,
    trailingTokens: source.trailingTokens,
  });
  const collectSharing = () => collectSharingStatistics(plan.prefixes, settings.mixes.length);
  // Whole-number names are sure to start differently, up to a limit of the tokenizer's vocabulary.
  const unsure = plan.prefixes - source.distinctBlockNumbers;
  const notes = unsure > 0 ? [`prefixes that may start with the same two tokens as another: ${unsure}`] : [];

  const numbers = function* (from: number, to: number): Generator<number> {
    if (!settings.randomizeOrder) {
      for (let number = from; number < to; number++) yield number;
      return;
    }
    const order = new Uint32Array(plan.prompts).map((_, index) => index);
    let place = 0;
    for (const number of shuffle(order, createRandom(seed, `${GENERATOR}/order`))) {
      if (place >= to) return;
      if (place++ >= from) yield number;
    }
  };

  const part = (from: number, to: number): SeededDataset<PlainPrompt> => {
    let sharing = collectSharing();
    let lengths = createStatedLengths(source);
    return {
      origin: {
        generator: GENERATOR,
        options: generatorOptions,
        seed,
        tokenizer: source.tokenizer,
        synthesis: source.synthesis,
      },
      size: to - from,
      findings: () => ({
        statistics: { ...(settings.appName !== undefined && { app_name: settings.appName }), ...sharing.result() },
        notes: [...notes, ...lengths.notes()],
      }),
      slice(sliceFrom, sliceTo = to - from) {
        requireSlice(sliceFrom, sliceTo, to - from);
        return part(from + sliceFrom, from + sliceTo);
      },
      async *[Symbol.asyncIterator]() {
        const own = collectSharing();
        sharing = own;
        const stated = createStatedLengths(source);
        lengths = stated;
        for (const number of numbers(from, to)) {
          const planned = plan.prompt(number);
          const { prefix, promptTokens, sharedTokens } = planned;
          own.add(planned);
          const prompt = source.prompt(promptTokens, createRandom(seed, `${GENERATOR}/text/${number}`), {
            shared: [{ block: String(prefix), tokens: sharedTokens }],
          });
          yield {
            prompt,
            token_count: stated.of(prompt, promptTokens),
            prefix_group: prefix,
            config_id: planned.mix,
          };
        }
      },
    };
  };
  return part(0, plan.prompts);
};
