import { z } from 'zod';

/** Options of `syntheticMultiturn`. Defaults are those of the Python tool's config. */
export interface SyntheticMultiturnOptions {
  /** Same seed, same bytes. Default 0. */
  seed?: number | string | undefined;
  /** Tokens of the one text that is put before the first prompt of every session. Default 0. */
  sharedPrefixTokens?: number | undefined;
  /** Mean tokens of a prompt, the shared prefix not counted. Default 80. */
  promptTokensMean?: number | undefined;
  /** Standard deviation of that, in tokens; 0 makes all prompts equally long. Default 472. */
  promptTokensStd?: number | undefined;
  /**
   * Longest prompt, in tokens, the shared prefix not counted; longer draws are cut to it, and the manifest says how many. Null sets no limit: a Pareto
   * tail is long (with the defaults one prompt in a million has more than 38,000 tokens), and cutting it lowers the
   * standard deviation. Default null.
   */
  maxPromptTokens?: number | null | undefined;
  /** Mean tokens of the answer to ask for at each turn, written as `output_lengths`; null writes none. Default null. */
  outputTokensMean?: number | null | undefined;
  /** Standard deviation of that, in tokens (normal, truncated to at least 1). Default 0. */
  outputTokensStd?: number | undefined;
  /** Mean prompts of a session. Default 3.55. */
  turnsMean?: number | undefined;
  /** Standard deviation of that. Default 2.89. */
  turnsStd?: number | undefined;
  /** Mean number of sessions. Default 1000. */
  sessionsMean?: number | undefined;
  /** Standard deviation of that; 0 gives exactly `sessionsMean` sessions. Default 1. */
  sessionsStd?: number | undefined;
}

/** The options with defaults filled in. */
export interface SyntheticMultiturnSettings {
  seed: number | string;
  sharedPrefixTokens: number;
  promptTokensMean: number;
  promptTokensStd: number;
  maxPromptTokens: number | null;
  outputTokensMean: number | null;
  outputTokensStd: number;
  turnsMean: number;
  turnsStd: number;
  sessionsMean: number;
  sessionsStd: number;
}

/** A session is one record, held whole. */
export const MAX_TURNS = 100_000;
/** More than any dataset has, and what numbers hold exactly. */
const MAX_SESSIONS = 1_000_000_000;
/** About what the longest text of the language holds. */
const MAX_TOKENS = 50_000_000;

const std = (byDefault: number) => z.number().nonnegative('must not be negative').default(byDefault);

/** Checks the options of `syntheticMultiturn` and fills in defaults. */
export const syntheticMultiturnOptionsSchema: z.ZodType<SyntheticMultiturnSettings, SyntheticMultiturnOptions> = z
  .strictObject({
    seed: z.union([z.number(), z.string()]).default(0),
    sharedPrefixTokens: z.int('must be a whole number').nonnegative('must not be negative').default(0),
    promptTokensMean: z.number().min(1, 'must be at least 1 token').default(80),
    promptTokensStd: std(472),
    maxPromptTokens: z.int('must be a whole number').min(1, 'must be at least 1 token').nullable().default(null),
    outputTokensMean: z
      .number()
      .min(1, 'must be at least 1 token')
      .max(MAX_TOKENS, `must be at most ${MAX_TOKENS}`)
      .nullable()
      .default(null),
    outputTokensStd: std(0),
    turnsMean: z.number().positive('must be above 0').max(MAX_TURNS, `must be at most ${MAX_TURNS}`).default(3.55),
    turnsStd: std(2.89).refine((value) => value <= MAX_TURNS, `must be at most ${MAX_TURNS}`),
    sessionsMean: z
      .number()
      .min(1, 'must be at least 1')
      .max(MAX_SESSIONS, `must be at most ${MAX_SESSIONS}`)
      .default(1000),
    sessionsStd: std(1),
  })
  .refine(({ outputTokensMean, outputTokensStd }) => outputTokensMean !== null || outputTokensStd === 0, {
    path: ['outputTokensStd'],
    message: 'is for answers with a mean length, and there is none',
  });
