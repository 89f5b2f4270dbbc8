import { type Clock, createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { type EngineProfile, engineProfile, profileProblems } from '../engine/engine-profile.js';
import type { FaultPlan } from '../faults/fault.js';
import { parseFaults } from '../faults/parse-faults.js';
import { parseRoutingStrategy } from '../gateway/routing-strategy.js';

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
  /** Engines behind the gateway, each with a queue and a KV cache of its own. Default 1. */
  replicas?: number | undefined;
  /**
   * How the gateway chooses a replica for requests without the header `routing-strategy`: a name of
   * `ROUTING_STRATEGIES`, or a weighted list such as `least-request:2,prefix-cache:1`. Without it at random; and a single
   * replica then answers as an engine without a gateway does, to requests that ask for nothing of one.
   */
  routingStrategy?: string | undefined;
  /** Requests that each user (header `user`) may send in a minute of the clock. Without it there is no limit. */
  rpm?: number | undefined;
  /** Tokens of prompts and answers that each user may be given in a minute of the clock. Without it there is no limit. */
  tpm?: number | undefined;
  /** Users that are known; requests of others get 500. Without it all are. */
  users?: readonly string[] | undefined;
  /** Names of LoRA adapters that are served beside `models`, which must be given. */
  loras?: readonly string[] | undefined;
  /** What goes wrong, such as `reset:5@0.01,pause:5s@t=20s`. Without it nothing does, unless a request asks for it. */
  faults?: string | undefined;
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
  replicas: number;
  routingStrategy: string | undefined;
  rpm: number | undefined;
  tpm: number | undefined;
  users: readonly string[] | undefined;
  loras: readonly string[];
  faults: FaultPlan;
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

/** Each replica costs memory and a share of every routing decision. */
const MAX_REPLICAS = 1_000;

const gatewayProblems = (options: ResolvedOptions): string[] => {
  const { replicas, routingStrategy, users, models, loras, faults } = options;
  const problems: string[] = [];
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > MAX_REPLICAS) {
    problems.push(`replicas must be a whole number from 1 to ${MAX_REPLICAS} (found ${replicas})`);
  }
  for (const limit of ['rpm', 'tpm'] as const) {
    const value = options[limit];
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1)) {
      problems.push(`${limit} must be a whole number of at least 1 (found ${value})`);
    }
  }
  if (routingStrategy !== undefined) {
    const parsed = parseRoutingStrategy(routingStrategy);
    if ('problem' in parsed) problems.push(parsed.problem);
  }
  if (users?.includes('')) problems.push('users must be names');
  if (loras.length > 0 && !models) problems.push('loras stand beside a base model: name it in models');
  const names = [...(models ?? []), ...loras];
  if (loras.includes('') || new Set(names).size < names.length) problems.push('loras must be names, each of its own');
  for (const { kind, pod, text } of faults.timed) {
    if (kind === 'down' && pod >= replicas) problems.push(`"${text}": pods are numbered from 0 to ${replicas - 1}`);
  }
  return problems;
};

const problemsOf = (options: ResolvedOptions): string[] => {
  const { port, models, apiKey, maxBodyBytes, profile } = options;
  const problems = profileProblems(profile);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    problems.push(`port must be a whole number from 0 to 65535 (found ${port})`);
  }
  if (models && (models.length === 0 || models.includes(''))) problems.push('models must be names, at least one');
  if (apiKey === '') problems.push('apiKey must not be empty');
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1) {
    problems.push(`maxBodyBytes must be a whole number of at least 1 (found ${maxBodyBytes})`);
  }
  return [...problems, ...gatewayProblems(options)];
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
    replicas: options.replicas ?? 1,
    routingStrategy: options.routingStrategy,
    rpm: options.rpm,
    tpm: options.tpm,
    users: options.users,
    loras: options.loras ?? [],
    faults: options.faults === undefined ? { faults: [], timed: [] } : parseFaults(options.faults),
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    clock: options.clock ?? createRealClock(),
  };
  const problems = problemsOf(resolved);
  if (problems.length > 0) throw new BenchmarkError('usage', `the simulator cannot start: ${problems.join('; ')}`);
  return resolved;
};
