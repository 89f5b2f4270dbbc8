import { createRandom, type Draw, normal, pareto, paretoOf, type Random } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import type { PromptSession } from '@aibrix/schema';
import type { PromptSource } from '@aibrix/synthesis';
import type { GeneratedDataset } from '../generated-dataset.js';
import {
  type SyntheticMultiturnOptions,
  type SyntheticMultiturnSettings,
  syntheticMultiturnOptionsSchema,
} from './options.js';

const GENERATOR = 'synthetic_multiturn';
const SHARED_PREFIX = 'shared-prefix';

const atLeastOne = (value: number): number => Math.max(1, Math.round(value));

/** Lengths of prompts before rounding, in tokens. */
const promptLengths = (settings: SyntheticMultiturnSettings, random: Random): Draw => {
  const { promptTokensMean, promptTokensStd } = settings;
  if (promptTokensStd === 0) return () => promptTokensMean;
  const { alpha, minimum } = paretoOf(promptTokensMean, promptTokensStd);
  return pareto(random, alpha, minimum);
};

/**
 * Sessions of several prompts each, for load with a growing history.
 *
 * - The number of sessions is drawn from Normal(`sessionsMean`, `sessionsStd`), the turns of each from
 *   Normal(`turnsMean`, `turnsStd`); both are rounded, and what is below 1 becomes 1.
 * - Prompt lengths follow the Pareto distribution that has the mean and standard deviation asked for (see `paretoOf`),
 *   rounded, at least 1 token.
 * - With `sharedPrefixTokens`, the first prompt of every session starts with the same text of that many tokens, in
 *   addition to its own.
 *
 * Sessions are numbered from 0. Each is a function of the seed and its number alone. Token counts are exact under the
 * tokenizer of `source`.
 *
 * @param source makes the texts; it has a seed of its own, which decides their wording and not their lengths
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const syntheticMultiturn = (
  options: SyntheticMultiturnOptions,
  source: PromptSource,
): GeneratedDataset<PromptSession> => {
  const settings = parseOptions(syntheticMultiturnOptionsSchema, options, GENERATOR);
  const { seed, ...generatorOptions } = settings;
  const { sharedPrefixTokens } = settings;
  const maxPromptTokens = settings.maxPromptTokens ?? Number.POSITIVE_INFINITY;
  let shortened = 0;

  const session = (sessionId: number, prefix: string): PromptSession => {
    const random = createRandom(seed, `${GENERATOR}/session/${sessionId}`);
    const texts = random.fork('text');
    const turns = atLeastOne(normal(random, settings.turnsMean, settings.turnsStd)());
    const drawLength = promptLengths(settings, random);
    const prompts: string[] = [];
    const lengths: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const drawn = atLeastOne(drawLength());
      const ownTokens = Math.min(drawn, maxPromptTokens);
      if (drawn > ownTokens) shortened++;
      const startsWithPrefix = turn === 0 && sharedPrefixTokens > 0;
      prompts.push(startsWithPrefix ? prefix + source.continuation(ownTokens, texts) : source.text(ownTokens, texts));
      lengths.push(startsWithPrefix ? sharedPrefixTokens + ownTokens : ownTokens);
    }
    return { session_id: sessionId, prompts, prompt_lengths: lengths };
  };

  return {
    origin: { generator: GENERATOR, options: generatorOptions, seed, tokenizer: source.tokenizer },
    findings: () => ({
      statistics: {},
      notes: shortened === 0 ? [] : [`prompts cut to ${settings.maxPromptTokens} tokens: ${shortened}`],
    }),
    async *[Symbol.asyncIterator]() {
      shortened = 0;
      const sessions = atLeastOne(
        normal(createRandom(seed, `${GENERATOR}/sessions`), settings.sessionsMean, settings.sessionsStd)(),
      );
      const prefix =
        sharedPrefixTokens === 0 ? '' : source.block(SHARED_PREFIX, sharedPrefixTokens, { position: 'start' });
      for (let sessionId = 0; sessionId < sessions; sessionId++) yield session(sessionId, prefix);
    },
  };
};
