import { z } from 'zod';
import {
  DATASET_DEFAULTS,
  type DatasetConfigs,
  datasetConfigsSchema,
  PROMPT_TYPES,
  type PromptType,
} from './dataset-configs.js';
import {
  WORKLOAD_DEFAULTS,
  WORKLOAD_TYPES,
  type WorkloadConfigs,
  type WorkloadType,
  workloadConfigsSchema,
} from './workload-configs.js';

/** The stages that `--stage` names, in the order of the pipeline. */
export const STAGES = ['dataset', 'workload', 'client', 'analysis'] as const;

export type Stage = (typeof STAGES)[number];

/**
 * A benchmark as a config file states it, defaults filled in. Keys and defaults are those of the Python tool; what each
 * means stands in the descriptions of the schema, which `aibrix benchmark --override help` prints. A
 * type and not an interface, so that it can be walked as a tree of keys.
 */
export type BenchmarkConfig = {
  seed: number | string;
  tokenizer: string;
  content: 'prose' | 'random-words';
  count_mode: 'prompt' | 'chat';
  chat_template: string | null;
  dataset_dir: string;
  prompt_type: PromptType;
  dataset_configs: DatasetConfigs;
  dataset_file: string;
  workload_type: WorkloadType;
  interval_ms: number;
  duration_ms: number | null;
  workload_dir: string;
  workload_configs: WorkloadConfigs;
  workload_file: string;
  client_output: string;
  endpoint: string;
  api_key: string | null;
  target_model: string;
  time_scale: number;
  routing_strategy: string | null;
  streaming_enabled: boolean;
  output_token_limit: number | null;
  timeout_second: number;
  max_retries: number;
  client_duration_limit: number | null;
  client_max_concurrent_sessions: number | null;
  client_session_key_header: boolean;
  pacing: 'schedule' | 'asap';
  concurrency: number | null;
  history: 'live' | 'recorded';
  cache_salt: string | null;
  preflight: 'off' | 'warn' | 'fail';
  length_control: 'min-tokens' | 'ignore-eos' | 'none';
  max_client_lag_ms: number;
  server_metrics: string | string[] | null;
  server_metrics_interval: number;
  server_metrics_names: string[];
  server_metrics_auth: boolean;
  json_progress: number | null;
  metrics_port: number | null;
  metrics_host: string;
  no_text: boolean;
  no_itl: boolean;
  trace_output: string;
  goodput_target: string | null;
};

/** Any part of a config, at any depth. */
export type PartialConfig = { [Key in keyof BenchmarkConfig]?: DeepPartial<BenchmarkConfig[Key]> | undefined };

type DeepPartial<T> = T extends unknown[] ? T : T extends object ? { [Key in keyof T]?: DeepPartial<T[Key]> } : T;

const limit = z.int().min(1).nullable();
const nullablePath = z.string().nullable();
/** What each key may be and what it means. Defaults stand apart, in `DEFAULTS`. */
export const benchmarkConfigSchema: z.ZodType<BenchmarkConfig> = z.strictObject({
  seed: z.union([z.number(), z.string()]).describe('same seed, same dataset and workload'),
  tokenizer: z.string().min(1).describe('built-in name (o200k_base, cl100k_base), path, or Hugging Face id'),
  content: z.enum(['prose', 'random-words']).describe('what prompts are made of'),
  count_mode: z
    .enum(['prompt', 'chat'])
    .describe('lengths of the text, or of what the server counts: chat template included'),
  chat_template: nullablePath.describe('Jinja template to count with; null: the tokenizer’s own'),
  dataset_dir: z.string(),
  prompt_type: z.enum(PROMPT_TYPES).describe('kind of dataset'),
  dataset_configs: datasetConfigsSchema,
  dataset_file: z.string().min(1),
  workload_type: z.enum(WORKLOAD_TYPES).describe('kind of workload'),
  interval_ms: z.number().positive().describe('how long a value of a synthetic pattern holds'),
  duration_ms: z
    .number()
    .positive()
    .nullable()
    .describe('length of the workload; null: the whole trace, not for constant and synthetic'),
  workload_dir: z.string().describe('used where workload_file is not set'),
  workload_configs: workloadConfigsSchema,
  workload_file: z.string().min(1),
  client_output: z.string().min(1).describe('folder of output.jsonl and output.run.json'),
  endpoint: z.string().min(1).describe('base URL of the server'),
  api_key: z.string().nullable().describe('bearer token for the endpoint'),
  target_model: z.string().min(1).describe('model to ask, unless a request names its own'),
  time_scale: z.number().positive().describe('multiplies every timestamp; 0.1 is ten times as fast'),
  routing_strategy: z.string().nullable().describe('header routing-strategy of the AIBrix gateway'),
  streaming_enabled: z.boolean(),
  output_token_limit: limit.describe('most tokens of an answer; null: as the workload says'),
  timeout_second: z.number().positive().describe('deadline of a whole request'),
  max_retries: z.int().nonnegative(),
  client_duration_limit: z.number().positive().nullable().describe('seconds; then what is open is cancelled'),
  client_max_concurrent_sessions: limit.describe('sessions active at once'),
  client_session_key_header: z.boolean().describe('send session_id as x-aibrix-session-key'),
  pacing: z
    .enum(['schedule', 'asap'])
    .describe('requests at their timestamps, or as soon as fewer than concurrency are on their way'),
  concurrency: limit.describe('requests on their way at once'),
  history: z
    .enum(['live', 'recorded'])
    .describe('answers in the conversation of a session: of the server, or the completions of the workload'),
  cache_salt: z.string().min(1).nullable().describe('cache_salt of every request (vLLM)'),
  preflight: z.enum(['off', 'warn', 'fail']).describe('ask the server for its models before load'),
  length_control: z.enum(['min-tokens', 'ignore-eos', 'none']).describe('how the planned output length is enforced'),
  max_client_lag_ms: z.number().positive().describe('client lag p99 above this makes the run client-bound'),
  server_metrics: z
    .union([z.string(), z.array(z.string())])
    .nullable()
    .describe('Prometheus pages to record during the run: auto (<endpoint>/metrics), a URL, or a list'),
  server_metrics_interval: z.number().positive().describe('seconds from one scrape to the next'),
  server_metrics_names: z
    .array(z.string().min(1))
    .describe('names to keep beside those of vLLM, SGLang and AIBrix; * is any text'),
  server_metrics_auth: z.boolean().describe('send api_key to pages of the endpoint'),
  json_progress: z.number().positive().nullable().describe('seconds between lines of JSON on stderr about the run'),
  metrics_port: z
    .int()
    .min(0)
    .max(65_535)
    .nullable()
    .describe('port on which the run’s own metrics are served for Prometheus; 0 is any'),
  metrics_host: z.string().min(1).describe('address to serve them on'),
  no_text: z.boolean().describe('leave prompts and answers out of the results'),
  no_itl: z.boolean().describe('leave inter-token gaps out of the results'),
  trace_output: z.string().min(1).describe('folder of the report'),
  goodput_target: z.string().nullable().describe('such as ttft:0.5,tpot:50ms (seconds without a unit)'),
});

/** The config of an empty file. */
export const DEFAULTS: BenchmarkConfig = {
  seed: 0,
  tokenizer: 'deepseek-ai/deepseek-llm-7b-chat',
  content: 'prose',
  count_mode: 'prompt',
  chat_template: null,
  dataset_dir: './output/dataset',
  prompt_type: 'synthetic_multiturn',
  dataset_configs: DATASET_DEFAULTS,
  dataset_file: '${dataset_dir}/${prompt_type}.jsonl',
  workload_type: 'constant',
  interval_ms: 1000,
  duration_ms: 10_000,
  workload_dir: './output/workload/${workload_type}',
  workload_configs: WORKLOAD_DEFAULTS,
  workload_file: './output/workload/${workload_type}/workload.jsonl',
  client_output: './output/client_output',
  endpoint: 'http://localhost:8888',
  api_key: '${API_KEY}',
  target_model: 'llama-3-8b-instruct',
  time_scale: 1,
  routing_strategy: 'random',
  streaming_enabled: true,
  output_token_limit: 128,
  timeout_second: 60,
  max_retries: 0,
  client_duration_limit: null,
  client_max_concurrent_sessions: null,
  client_session_key_header: false,
  pacing: 'schedule',
  concurrency: null,
  history: 'live',
  cache_salt: null,
  preflight: 'warn',
  length_control: 'min-tokens',
  max_client_lag_ms: 10,
  server_metrics: null,
  server_metrics_interval: 1,
  server_metrics_names: [],
  server_metrics_auth: false,
  json_progress: null,
  metrics_port: null,
  metrics_host: '127.0.0.1',
  no_text: false,
  no_itl: false,
  trace_output: './output/trace_analysis',
  goodput_target: 'tpot:0.5',
};
