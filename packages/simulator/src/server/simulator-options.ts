import { type Clock, createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { type EngineProfile, engineProfile, profileProblems } from '../engine/engine-profile.js';

export interface SimulatorOptions {
  /** Default 8888, where the client's default endpoint points; 0 takes any free port. */
  port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`: only this machine. */
  host?: string | undefined;
  /** Names of the models served; others get 404. Without it every name is served. */
  models?: readonly string[] | undefined;
  /** How the engine behaves: `instant` (the default), `a100-llama-8b`, or figures of your own. */
  profile?: string | EngineProfile | undefined;
  /** Overrides the profile's: sequences in one batch at most. */
  maxNumSeqs?: number | undefined;
  /** Overrides the profile's: tokens computed in one step at most. */
  maxNumBatchedTokens?: number | undefined;
  /** Overrides the profile's: prompt and answer of one request at most, in tokens. */
  maxModelLen?: number | undefined;
  /** Overrides the profile's: tokens that fit in the KV cache. */
  kvCacheTokens?: number | undefined;
  /** Overrides the profile's: coefficient of variation of a step's duration; 0 is no noise. */
  stepTimeCv?: number | undefined;
  /** Of the noise, and of the answers' lengths and words. Default 0. */
  seed?: number | string | undefined;
  /** Counts prompts and answers: a built-in name, a Hugging Face id or a path. Default `o200k_base`. */
  tokenizer?: string | undefined;
  /**
   * What `prompt_tokens` counts. `prompt` (the default): the texts of the messages, each on its own. `chat`: the messages
   * as the tokenizer's chat template renders them, BOS and the header of the answer included, as a real server does.
   */
  countMode?: 'prompt' | 'chat' | undefined;
  /** Jinja file of a chat template to count with, in place of the tokenizer's own. */
  chatTemplate?: string | undefined;
  /** The bearer token that requests under `/v1` must carry. Without it none is asked for. */
  apiKey?: string | undefined;
  /** File that gets one line a request with its true times (JSONL). Without it nothing is written. */
  truthLog?: string | undefined;
  /** Largest body of a request that is read. Default 64 MiB; larger ones get 413. */
  maxBodyBytes?: number | undefined;
  /** Default: the real one. */
  clock?: Clock | undefined;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  port: number;
  host: string;
  models: readonly string[] | undefined;
  profile: EngineProfile;
  seed: number | string;
  tokenizer: string;
  countMode: 'prompt' | 'chat';
  chatTemplate: string | undefined;
  apiKey: string | undefined;
  truthLog: string | undefined;
  maxBodyBytes: number;
  clock: Clock;
}

const DEFAULT_PORT = 8888;
const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;

const resolveProfile = (options: SimulatorOptions): EngineProfile => {
  const { profile = 'instant' } = options;
  const base = typeof profile === 'string' ? engineProfile(profile) : profile;
  return {
    ...base,
    maxNumSeqs: options.maxNumSeqs ?? base.maxNumSeqs,
    maxNumBatchedTokens: options.maxNumBatchedTokens ?? base.maxNumBatchedTokens,
    maxModelLen: options.maxModelLen ?? base.maxModelLen,
    kvCacheTokens: options.kvCacheTokens ?? base.kvCacheTokens,
    stepTimeCv: options.stepTimeCv ?? base.stepTimeCv,
  };
};

const problemsOf = ({ port, models, apiKey, maxBodyBytes, profile }: ResolvedOptions): string[] => {
  const problems = profileProblems(profile);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    problems.push(`port must be a whole number from 0 to 65535 (found ${port})`);
  }
  if (models && (models.length === 0 || models.includes(''))) problems.push('models must be names, at least one');
  if (apiKey === '') problems.push('apiKey must not be empty');
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1) {
    problems.push(`maxBodyBytes must be a whole number of at least 1 (found ${maxBodyBytes})`);
  }
  return problems;
};

/**
 * Fills in the defaults.
 *
 * @throws BenchmarkError `usage` with every problem
 */
export const resolveOptions = (options: SimulatorOptions): ResolvedOptions => {
  const resolved: ResolvedOptions = {
    port: options.port ?? DEFAULT_PORT,
    host: options.host ?? '127.0.0.1',
    models: options.models,
    profile: resolveProfile(options),
    seed: options.seed ?? 0,
    tokenizer: options.tokenizer ?? 'o200k_base',
    countMode: options.countMode ?? 'prompt',
    chatTemplate: options.chatTemplate,
    apiKey: options.apiKey,
    truthLog: options.truthLog,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    clock: options.clock ?? createRealClock(),
  };
  const problems = problemsOf(resolved);
  if (problems.length > 0) throw new BenchmarkError('usage', `the simulator cannot start: ${problems.join('; ')}`);
  return resolved;
};
