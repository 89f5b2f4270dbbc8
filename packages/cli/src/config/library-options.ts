import { join } from 'node:path';
import type { RunOptions } from '@aibrix/client';
import type { SharedMixLists, SyntheticMultiturnOptions } from '@aibrix/dataset';
import type { PromptSettings } from '../pipeline/prompts.js';
import type { RunView } from '../pipeline/watch-run.js';
import type { BenchmarkConfig } from './benchmark-config.js';
import { parseShard } from './shard-text.js';
import { parseStartTime } from './start-time.js';

/** The config's keys as the options of the libraries. */

/** An agent section has a seed of its own, as the Python tool's has: its text follows it too. */
const seedOf = ({ seed, workload_type: kind, workload_configs: { agent } }: BenchmarkConfig): number | string => {
  const own = kind === 'agent' ? agent.seed : undefined;
  return typeof own === 'number' || typeof own === 'string' ? own : seed;
};

export const promptSettings = (config: BenchmarkConfig): PromptSettings => ({
  tokenizer: config.tokenizer,
  seed: seedOf(config),
  content: config.content,
  countMode: config.count_mode,
  chatTemplate: config.chat_template ?? undefined,
});

export const multiturnOptions = (config: BenchmarkConfig): SyntheticMultiturnOptions => {
  const section = config.dataset_configs.synthetic_multiturn;
  return {
    seed: config.seed,
    sharedPrefixTokens: section.shared_prefix_length,
    promptTokensMean: section.prompt_length,
    promptTokensStd: section.prompt_std,
    maxPromptTokens: section.max_prompt_length,
    outputTokensMean: section.output_length,
    outputTokensStd: section.output_length_std,
    turnsMean: section.num_turns,
    turnsStd: section.num_turns_std,
    sessionsMean: section.num_sessions,
    sessionsStd: section.num_sessions_std,
  };
};

export const sharedMixLists = (config: BenchmarkConfig): SharedMixLists => {
  const section = config.dataset_configs.synthetic_shared;
  return {
    promptLength: section.prompt_length,
    promptStd: section.prompt_std,
    sharedProp: section.shared_prop,
    sharedPropStd: section.shared_prop_std,
    numSamples: section.num_samples,
    numPrefix: section.num_prefix,
    numDatasetConfigs: section.num_dataset_configs,
  };
};

export const serverMetricsOptions = (config: BenchmarkConfig): RunOptions['serverMetrics'] => {
  const { server_metrics: pages } = config;
  if (pages === null) return undefined;
  return {
    urls: typeof pages === 'string' ? [pages] : pages,
    intervalMs: config.server_metrics_interval * 1000,
    names: config.server_metrics_names,
    sendsApiKey: config.server_metrics_auth,
  };
};

export const runOptions = (config: BenchmarkConfig): RunOptions => ({
  endpoint: config.endpoint,
  model: config.target_model,
  api: config.api,
  apiKey: config.api_key ?? undefined,
  headers: config.headers,
  routingStrategy: config.routing_strategy ?? undefined,
  sessionKeyHeader: config.client_session_key_header,
  streaming: config.streaming_enabled,
  continuousUsage: config.continuous_usage,
  sendTokenIds: config.send_token_ids,
  temperature: config.temperature,
  extraBody: config.extra_body,
  outputTokenLimit: config.output_token_limit,
  lengthControl: config.length_control,
  timeScale: config.time_scale,
  timeoutMs: config.timeout_second * 1000,
  maxRetries: config.max_retries,
  durationLimitMs: config.client_duration_limit === null ? null : config.client_duration_limit * 1000,
  maxConcurrentSessions: config.client_max_concurrent_sessions,
  maxClientLagMs: config.max_client_lag_ms,
  recordText: !config.no_text,
  recordItl: !config.no_itl,
  pacing: config.pacing,
  concurrency: config.concurrency,
  whenSaturated: config.when_saturated,
  rampMs: config.ramp_users === null ? null : config.ramp_users * 1000,
  rampFrom: config.ramp_from,
  failedTurn: config.failed_turn,
  resultQueueBytes: config.result_queue_bytes,
  history: config.history,
  cacheSalt: config.cache_salt ?? undefined,
  workers: config.workers,
  shard: config.shard === null ? null : parseShard(config.shard),
  startAtMs: config.start_at === null ? null : parseStartTime(config.start_at),
  preflight: config.preflight,
  serverMetrics: serverMetricsOptions(config),
  resetPrefixCache: config.reset_prefix_cache,
  warmConnections: config.warm_connections,
  maxConnections: config.max_connections,
  keepAlive: !config.no_keep_alive,
  idleTimeoutMs: config.idle_timeout_second * 1000,
  http2: config.http2,
  acceptEncoding: config.accept_encoding,
  tls: {
    caCertPath: config.ca_cert ?? undefined,
    clientCertPath: config.client_cert ?? undefined,
    clientKeyPath: config.client_key ?? undefined,
    insecure: config.insecure,
  },
});

/** How the run is shown while it goes on. */
export const runView = (config: BenchmarkConfig): RunView => ({
  jsonProgressSeconds: config.json_progress,
  metrics: config.metrics_port === null ? null : { port: config.metrics_port, host: config.metrics_host },
});

/** Whether a run measures what only a stream shows: embeddings come whole. */
export const isStreamed = ({ streaming_enabled: isOn, api }: BenchmarkConfig): boolean => isOn && api !== 'embeddings';

/** Where the client's results stand. */
export const resultsFile = (config: BenchmarkConfig): string => join(config.client_output, 'output.jsonl');
