import { z } from 'zod';
import {
  type ArrivalOptions,
  type ArrivalSettings,
  arrivalOptionsShape,
  BURSTINESS_PROBLEM,
  fitsBurstiness,
} from '../arrivals/arrival-options.js';
import { type RequestOptions, type RequestSettings, requestOptionsShape } from '../requests/request-options.js';

/** Options of `constant`. */
export interface ConstantOptions extends RequestOptions, ArrivalOptions {
  /** Mean rate, in requests per second. Default 1. */
  targetQps?: number | undefined;
  /** Length of the workload: requests start in [0, durationMs). Default 10,000. */
  durationMs?: number | undefined;
  /** Mean prompt length in tokens; null: any prompt of the dataset. Needed with `lengthMode: 'exact'`. Default null. */
  targetPromptTokens?: number | null | undefined;
  /** Standard deviation of that, in tokens: normal, or, where that would often be below 1, 1 plus a gamma. Default 0. */
  targetPromptTokensStd?: number | undefined;
  /** Mean output length in tokens; null: as the dataset states, or none. Default null. */
  targetCompletionTokens?: number | null | undefined;
  /** Standard deviation of that, in tokens: normal, or, where that would often be below 1, 1 plus a gamma. Default 0. */
  targetCompletionTokensStd?: number | undefined;
  /**
   * In a dataset of sessions, how many are candidates at a time: the first that are not finished. Null: all of them, and
   * then a request with target lengths costs a pass over all sessions. Default 2.
   */
  maxConcurrentSessions?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface ConstantSettings extends RequestSettings, ArrivalSettings {
  targetQps: number;
  durationMs: number;
  targetPromptTokens: number | null;
  targetPromptTokensStd: number;
  targetCompletionTokens: number | null;
  targetCompletionTokensStd: number;
  maxConcurrentSessions: number | null;
}

/** Requests in every nanosecond. */
const MAX_RATE = 1_000_000_000;
/** What a request can ask for at most, whatever the model. */
const MAX_TOKENS = 2 ** 31 - 1;

const targetTokens = z
  .number()
  .min(1, 'must be at least 1 token')
  .max(MAX_TOKENS, `must be at most ${MAX_TOKENS}`)
  .nullable()
  .default(null);
const std = z.number().nonnegative('must not be negative').max(MAX_TOKENS, `must be at most ${MAX_TOKENS}`).default(0);

type TargetName = 'targetPromptTokens' | 'targetCompletionTokens';

/** Whether a deviation is given only where there is a mean. */
const fitsTarget =
  (name: TargetName) =>
  (settings: ConstantSettings): boolean =>
    settings[name] !== null || settings[`${name}Std`] === 0;

const targetProblem = (name: TargetName): { path: string[]; message: string } => ({
  path: [`${name}Std`],
  message: `is a deviation from ${name}, which is not given`,
});

/** Checks the options of `constant` and fills in defaults. */
export const constantOptionsSchema: z.ZodType<ConstantSettings, ConstantOptions> = z
  .strictObject({
    ...requestOptionsShape,
    ...arrivalOptionsShape,
    targetQps: z.number().positive('must be above 0').max(MAX_RATE, `must be at most ${MAX_RATE}`).default(1),
    durationMs: z.number().positive('must be above 0').default(10_000),
    targetPromptTokens: targetTokens,
    targetPromptTokensStd: std,
    targetCompletionTokens: targetTokens,
    targetCompletionTokensStd: std,
    maxConcurrentSessions: z.int('must be a whole number').min(1, 'must be at least 1').nullable().default(2),
  })
  .refine(({ lengthMode, targetPromptTokens }) => lengthMode !== 'exact' || targetPromptTokens !== null, {
    path: ['targetPromptTokens'],
    message: 'is needed with lengthMode exact',
  })
  .refine(fitsTarget('targetPromptTokens'), targetProblem('targetPromptTokens'))
  .refine(fitsTarget('targetCompletionTokens'), targetProblem('targetCompletionTokens'))
  .refine(fitsBurstiness, BURSTINESS_PROBLEM);
