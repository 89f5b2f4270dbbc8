import { createLengthHistogram, type LengthDistribution } from '@aibrix/core/lengths';
import { createIdealPrefixCache, type PrefixCacheFigures } from '@aibrix/synthesis';

/** What a prefix cache that never evicts would find of the dataset's prompts, as a server sees them. */
export interface DatasetCacheFigures extends PrefixCacheFigures {
  block_tokens: number;
  /** Prompts that were looked up. Each turn of a session is one: the conversation up to and including it. */
  prompts: number;
  /** Of first turns of sessions alone: what sessions share with one another. Null without sessions. */
  first_turns: { prompts: number; prompt_tokens: number; cached_tokens: number; hit_rate: number | null } | null;
  /**
   * The same where the server also keeps the blocks of an answer it has given, for the next turn of that session. Null
   * where no recorded answer stands before a turn.
   */
  with_answers_kept: { cached_tokens: number; hit_rate: number | null } | null;
  /** Turns whose history lacks an answer, for none is recorded: the conversation goes on without it. */
  answers_left_out: number;
}

/** The prompts of one conversation, in order. */
interface CachedConversation {
  /** The next prompt: what comes after the conversation so far, in pieces. */
  prompt(pieces: readonly Uint32Array[]): void;
  /** The answer to it; null where it is not known. */
  answer(tokenIds: Uint32Array | null): void;
}

/** Looks prompts up in an ideal prefix cache as they come. */
export interface DatasetCache {
  open(options: { isSession: boolean }): CachedConversation;
  figures(): DatasetCacheFigures;
  /** Tokens of the prompts as they were looked up. */
  contextLengths(): LengthDistribution;
}

const joined = (pieces: readonly Uint32Array[]): Uint32Array => {
  if (pieces.length === 1) return pieces[0] as Uint32Array;
  const all = new Uint32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};

const rate = (cached: number, tokens: number): number | null => (tokens === 0 ? null : cached / tokens);

/** Starts with an empty cache. */
export const createDatasetCache = (blockTokens: number): DatasetCache => {
  const cache = createIdealPrefixCache({ blockTokens });
  const lengths = createLengthHistogram();
  const first = { prompts: 0, prompt_tokens: 0, cached_tokens: 0 };
  let keptTokens = 0;
  let answersBeforeTurns = 0;
  let answersLeftOut = 0;

  return {
    open({ isSession }) {
      const growing = cache.openGrowingPrompt();
      let tokens = 0;
      let isFirst = true;
      /** Undefined before the first prompt. */
      let lastAnswer: Uint32Array | null | undefined;
      return {
        prompt(pieces) {
          if (lastAnswer) answersBeforeTurns++;
          else if (lastAnswer === null) answersLeftOut++;
          const known = tokens + (lastAnswer?.length ?? 0);
          const next = joined(lastAnswer ? [lastAnswer, ...pieces] : pieces);
          tokens += next.length;
          const found = growing.add(next);
          keptTokens += Math.max(found, Math.floor(known / blockTokens) * blockTokens);
          lengths.add(tokens);
          if (isFirst && isSession) {
            first.prompts++;
            first.prompt_tokens += tokens;
            first.cached_tokens += found;
          }
          isFirst = false;
          lastAnswer = undefined;
        },
        answer(tokenIds) {
          lastAnswer = tokenIds;
        },
      };
    },
    figures() {
      const figures = cache.figures();
      return {
        ...figures,
        block_tokens: blockTokens,
        prompts: lengths.count,
        first_turns:
          first.prompts === 0 ? null : { ...first, hit_rate: rate(first.cached_tokens, first.prompt_tokens) },
        with_answers_kept:
          answersBeforeTurns === 0
            ? null
            : { cached_tokens: keptTokens, hit_rate: rate(keptTokens, figures.prompt_tokens) },
        answers_left_out: answersLeftOut,
      };
    },
    contextLengths: lengths.distribution,
  };
};
