import { createRandom, type Random, shuffle } from '@aibrix/core/random';
import type { WorkloadRequest } from '@aibrix/schema';
import { countNote } from '../count-note.js';
import { createLengthIndex, type LengthIndex } from '../matching/length-index.js';
import { createMatchTally } from '../matching/match-tally.js';
import { type TargetLengths, tolerances } from '../matching/target-lengths.js';
import type { PromptPool } from '../pool/prompt-pool.js';
import { PLAIN_USE, type PoolUse } from './prompt-material.js';
import type { RequestMaker } from './request-maker.js';

export interface PlainRequestsOptions {
  seed: number | string;
  /** First tolerance around the target lengths, in percent. */
  tolerancePercent: number;
}

/** Numbers of all prompts in a random order, over and over, each time in another order. */
const inShuffledOrder = function* (prompts: number, random: Random): Generator<number, never, void> {
  const order = new Uint32Array(prompts).map((_, index) => index);
  for (;;) yield* shuffle(order, random);
};

/**
 * Requests with single prompts of a dataset, sessions or not. With a target length each is drawn among the prompts that
 * match, and may come again; without, prompts come in a shuffled order, each once before any comes again.
 */
export const plainRequests = (
  pool: PromptPool,
  options: PlainRequestsOptions,
  use: PoolUse = PLAIN_USE,
): RequestMaker => {
  const random = createRandom(options.seed, 'prompt-choice');
  const steps = tolerances(options.tolerancePercent);
  const tally = createMatchTally(options.tolerancePercent);
  let index: LengthIndex | undefined;
  let shuffled: Generator<number, never, void> | undefined;
  /** A bit for each prompt that was looked up in the cache. */
  const lookedUp = new Uint8Array(use.cache && use.sameTokenizer ? Math.ceil(pool.prompts / 8) : 0);
  let taken = 0;
  let misstated = 0;

  const choose = (target: TargetLengths): number => {
    if (target.promptTokens === null && target.outputTokens === null) {
      taken++;
      shuffled ??= inShuffledOrder(pool.prompts, random);
      return shuffled.next().value;
    }
    index ??= createLengthIndex(pool.prompts, pool);
    const choice = index.choose({ target, tolerances: steps, random });
    tally.add(choice);
    return choice.candidate;
  };

  const lookUp = (prompt: number, request: WorkloadRequest): void => {
    const { cache } = use;
    if (!cache) return;
    const [byte, bit] = [prompt >> 3, 1 << (prompt & 7)];
    if (((lookedUp[byte] ?? 0) & bit) !== 0) {
      cache.addAgain(pool.promptTokens(prompt));
      return;
    }
    const counted = cache.add(request);
    if (use.sameTokenizer && counted !== undefined && counted !== pool.promptTokens(prompt)) misstated++;
    if (byte < lookedUp.length) lookedUp[byte] = (lookedUp[byte] ?? 0) | bit;
  };
  const withText = async (prompt: number, lengths: WorkloadRequest): Promise<WorkloadRequest> => {
    const { text, messages } = await pool.read(prompt);
    const request = { ...(messages ? { messages } : { prompt: text }), ...lengths };
    lookUp(prompt, request);
    return request;
  };

  return {
    next(target) {
      const prompt = choose(target);
      const lengths = {
        prompt_length: pool.promptTokens(prompt),
        output_length: target.outputTokens ?? pool.outputTokens(prompt),
      };
      return use.withText ? withText(prompt, lengths) : lengths;
    },
    findings() {
      const notes = [
        ...pool.notes,
        ...tally.notes(),
        ...countNote('prompts whose stated length is not what their tokenizer counts', misstated),
      ];
      if (pool.systemMessages > 0) {
        notes.push(
          `sessions with a system message, which is left out where prompts are sent one by one: ${pool.systemMessages}`,
        );
      }
      if (taken > pool.prompts) {
        notes.push(`requests that use a prompt again, after all ${pool.prompts} were used: ${taken - pool.prompts}`);
      }
      const cache = use.cache && { ideal_prefix_cache: use.cache.figures() };
      return { statistics: { ...cache }, notes };
    },
  };
};
