import { createRandom, type Draw, normal, pareto, paretoOf, type Random, truncatedNormal } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import type { PromptSession } from '@aibrix/schema';
import { createStatedLengths, type PromptSource, type StatedLengths } from '@aibrix/synthesis';
import type { SeededDataset } from '../generated-dataset.js';
import { requireSlice } from '../require-slice.js';
import {
  MAX_TURNS,
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

/** Lengths of answers, in tokens; nothing where none are asked for. */
const outputLengths = (settings: SyntheticMultiturnSettings, random: Random): Draw | undefined => {
  const { outputTokensMean: mean, outputTokensStd: std } = settings;
  if (mean === null) return undefined;
  const draw = truncatedNormal(random, { mean, std, minimum: 1, maximum: Number.POSITIVE_INFINITY });
  return () => Math.round(draw());
};

/** What became of lengths that could not be as drawn. */
interface ChangedLengths {
  shortened: number;
  raised: number;
}

/**
 * Sessions of several prompts each, for load with a growing history.
 *
 * - The number of sessions is drawn from Normal(`sessionsMean`, `sessionsStd`), the turns of each from
 *   Normal(`turnsMean`, `turnsStd`); both are rounded, and what is below 1 becomes 1.
 * - Prompt lengths follow the Pareto distribution that has the mean and standard deviation asked for (see `paretoOf`),
 *   rounded, at least 1 token.
 * - With `sharedPrefixTokens`, the first prompt of every session starts with the same text of that many tokens, in
 *   addition to its own.
 * - With `outputTokensMean`, every turn says how many tokens to answer, drawn from a normal distribution truncated to
 *   at least 1.
 *
 * Sessions are numbered from 0. Each is a function of the seed and its number alone. Token counts are exact in the count
 * mode of `source`; lengths below its shortest prompt are raised to that, and counted in a note.
 *
 * @param source makes the texts; it has a seed of its own, which decides their wording and not their lengths
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const syntheticMultiturn = (
  options: SyntheticMultiturnOptions,
  source: PromptSource,
): SeededDataset<PromptSession> => {
  const settings = parseOptions(syntheticMultiturnOptionsSchema, options, GENERATOR);
  const { seed, ...generatorOptions } = settings;
  const { sharedPrefixTokens } = settings;
  const maxPromptTokens = settings.maxPromptTokens ?? Number.POSITIVE_INFINITY;
  const shared = sharedPrefixTokens === 0 ? [] : [{ block: SHARED_PREFIX, tokens: sharedPrefixTokens }];
  const sessions = atLeastOne(
    normal(createRandom(seed, `${GENERATOR}/sessions`), settings.sessionsMean, settings.sessionsStd)(),
  );

  const session = (sessionId: number, changed: ChangedLengths, stated: StatedLengths): PromptSession => {
    const random = createRandom(seed, `${GENERATOR}/session/${sessionId}`);
    const texts = random.fork('text');
    const turns = Math.min(MAX_TURNS, atLeastOne(normal(random, settings.turnsMean, settings.turnsStd)()));
    const drawLength = promptLengths(settings, random);
    const drawOutput = outputLengths(settings, random.fork('output'));
    const prompts: string[] = [];
    const promptTokens: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const drawn = atLeastOne(drawLength());
      const own = Math.min(drawn, maxPromptTokens);
      if (drawn > own) changed.shortened++;
      const planned = own + (turn === 0 ? sharedPrefixTokens : 0);
      // What the template ends in is no part of the shared prefix.
      const least =
        turn === 0
          ? Math.max(source.minPromptTokens, sharedPrefixTokens + source.trailingTokens)
          : source.minPromptTokens;
      const tokens = Math.max(planned, least);
      if (tokens > planned) changed.raised++;
      const prompt = source.prompt(tokens, texts, turn === 0 ? { shared } : {});
      prompts.push(prompt);
      promptTokens.push(stated.of(prompt, tokens));
    }
    return {
      session_id: sessionId,
      prompts,
      prompt_lengths: promptTokens,
      ...(drawOutput && { output_lengths: prompts.map(drawOutput) }),
    };
  };

  const part = (from: number, to: number): SeededDataset<PromptSession> => {
    let changed: ChangedLengths = { shortened: 0, raised: 0 };
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
        statistics: {},
        notes: [
          ...(changed.shortened > 0 ? [`prompts cut to ${maxPromptTokens} tokens: ${changed.shortened}`] : []),
          ...(changed.raised > 0 ? [`prompts raised to what the chat template needs: ${changed.raised}`] : []),
          ...lengths.notes(),
        ],
      }),
      slice(sliceFrom, sliceTo = to - from) {
        requireSlice(sliceFrom, sliceTo, to - from);
        return part(from + sliceFrom, from + sliceTo);
      },
      async *[Symbol.asyncIterator]() {
        const own = { shortened: 0, raised: 0 };
        changed = own;
        const stated = createStatedLengths(source);
        lengths = stated;
        for (let sessionId = from; sessionId < to; sessionId++) yield session(sessionId, own, stated);
      },
    };
  };
  return part(0, sessions);
};
