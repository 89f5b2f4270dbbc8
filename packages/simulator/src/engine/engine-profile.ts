import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { KV_BLOCK_TOKENS } from './kv-cache.js';
import { a100Llama8b } from './profiles/a100-llama-8b.js';
import { instant } from './profiles/instant.js';
import type { StepTime } from './step-time.js';

/** What an engine can hold, and how long its steps take. */
export interface EngineProfile {
  /** How the profile is called in messages. */
  name: string;
  /** Duration of one engine step as a function of its batch. */
  stepTime: StepTime;
  /** Coefficient of variation of the seeded lognormal noise that multiplies each step's duration (mean 1); 0 is none. */
  stepTimeCv: number;
  /** Sequences in one batch at most (vLLM: `max_num_seqs`). */
  maxNumSeqs: number;
  /** Tokens computed in one step at most, decodes and prefill chunks together (vLLM: `max_num_batched_tokens`). */
  maxNumBatchedTokens: number;
  /** Prompt and answer of one request at most, in tokens (vLLM: `max_model_len`). */
  maxModelLen: number;
  /** Tokens whose keys and values fit in memory. */
  kvCacheTokens: number;
}

/** A profile that comes with the package. */
export type EngineProfileName = 'instant' | 'a100-llama-8b';

const BUILT_IN: Record<EngineProfileName, EngineProfile> = { instant, 'a100-llama-8b': a100Llama8b };

/** The names of the profiles that come with the package. */
export const ENGINE_PROFILES: readonly EngineProfileName[] = Object.keys(BUILT_IN) as EngineProfileName[];

const isBuiltIn = (name: string): name is EngineProfileName => Object.hasOwn(BUILT_IN, name);

/**
 * The profile of that name.
 *
 * @throws BenchmarkError `usage` when there is none
 */
export const engineProfile = (name: string): EngineProfile => {
  if (isBuiltIn(name)) return BUILT_IN[name];
  const near = closestMatch(name, ENGINE_PROFILES);
  throw new BenchmarkError('usage', `unknown engine profile "${name}"`, {
    hint: near ? `Did you mean "${near}"?` : `There are: ${ENGINE_PROFILES.join(', ')}.`,
  });
};

const STEP_TERMS: readonly (keyof StepTime)[] = [
  'baseMs',
  'perPrefillTokenMs',
  'perPrefillTokenPairMs',
  'perDecodeSequenceMs',
  'perContextTokenMs',
];

/** Every reason why an engine cannot run with `profile`; none when it can. */
export const profileProblems = (profile: EngineProfile): string[] => {
  const problems: string[] = [];
  for (const key of ['maxNumSeqs', 'maxNumBatchedTokens', 'maxModelLen', 'kvCacheTokens'] as const) {
    if (!Number.isSafeInteger(profile[key]) || profile[key] < 1) {
      problems.push(`${key} must be a whole number of at least 1 (found ${profile[key]})`);
    }
  }
  const { stepTimeCv, stepTime } = profile;
  const durations = STEP_TERMS.map((term) => [term, stepTime[term]] as const);
  for (const [key, value] of [['stepTimeCv', stepTimeCv] as const, ...durations]) {
    if (!Number.isFinite(value) || value < 0) problems.push(`${key} must be a number of at least 0 (found ${value})`);
  }
  if (problems.length > 0) return problems;
  // As in vLLM: every running decode gets its token in every step, and the longest request fits in memory.
  if (profile.maxNumBatchedTokens < profile.maxNumSeqs) {
    problems.push(
      `maxNumBatchedTokens (${profile.maxNumBatchedTokens}) must not be below maxNumSeqs (${profile.maxNumSeqs})`,
    );
  }
  if (Math.floor(profile.kvCacheTokens / KV_BLOCK_TOKENS) < Math.ceil(profile.maxModelLen / KV_BLOCK_TOKENS)) {
    problems.push(
      `kvCacheTokens (${profile.kvCacheTokens}) must hold maxModelLen (${profile.maxModelLen}) in blocks of ${KV_BLOCK_TOKENS}`,
    );
  }
  return problems;
};
