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
    'target_model',
    'time_scale',
    'routing_strategy',
    'streaming_enabled',
    'output_token_limit',
    'timeout_second',
    'max_retries',
    'client_duration_limit',
    'client_max_concurrent_sessions',
    'client_session_key_header',
    'pacing',
    'concurrency',
    'history',
    'cache_salt',
    'preflight',
    'length_control',
    'max_client_lag_ms',
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
  analysis: ['client_output', 'streaming_enabled', 'trace_output', 'goodput_target'],
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
