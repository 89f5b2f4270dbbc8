import type { BenchmarkConfig, Stage } from './benchmark-config.js';

/** What a prompt is made with. */
const PROMPT_KEYS = ['seed', 'tokenizer', 'content', 'count_mode', 'chat_template'] as const;

/** Top-level keys that a stage reads. Sections of kinds hold more than one kind; only the chosen one is read. */
const KEYS_OF: Record<Stage, readonly string[]> = {
  dataset: [...PROMPT_KEYS, 'prompt_type', 'dataset_configs', 'dataset_file'],
  workload: [
    ...PROMPT_KEYS,
    'dataset_file',
    'workload_type',
    'interval_ms',
    'duration_ms',
    'workload_configs',
    'workload_file',
  ],
  client: [
    'workload_file',
    'client_output',
    'endpoint',
    'api',
    'headers',
    'target_model',
    'time_scale',
    'routing_strategy',
    'streaming_enabled',
    'continuous_usage',
    'send_token_ids',
    'temperature',
    'extra_body',
    'output_token_limit',
    'timeout_second',
    'max_retries',
    'client_duration_limit',
    'client_max_concurrent_sessions',
    'client_session_key_header',
    'pacing',
    'concurrency',
    'when_saturated',
    'ramp_users',
    'ramp_from',
    'failed_turn',
    'history',
    'cache_salt',
    'workers',
    'shard',
    'start_at',
    'preflight',
    'reset_prefix_cache',
    'warm_connections',
    'max_connections',
    'no_keep_alive',
    'idle_timeout_second',
    'http2',
    'accept_encoding',
    'ca_cert',
    'client_cert',
    'client_key',
    'insecure',
    'length_control',
    'max_client_lag_ms',
    'result_queue_bytes',
    'server_metrics',
    'server_metrics_interval',
    'server_metrics_names',
    'server_metrics_auth',
    'json_progress',
    'metrics_port',
    'metrics_host',
    'no_text',
    'no_itl',
  ],
  analysis: ['client_output', 'api', 'streaming_enabled', 'trace_output', 'goodput_target'],
};

type Kinds = Pick<BenchmarkConfig, 'prompt_type' | 'workload_type'>;

/** Whether the stages read what stands at a path; an `api_key` without a value is none, and never in the way. */
export const isUsed = (path: readonly PropertyKey[], kinds: Kinds, stages: readonly Stage[]): boolean => {
  const [key, kind] = path.map(String);
  if (!stages.some((stage) => KEYS_OF[stage].includes(key ?? ''))) return false;
  if (key === 'dataset_configs') return kind === kinds.prompt_type;
  if (key === 'workload_configs') return kind === kinds.workload_type;
  return true;
};
