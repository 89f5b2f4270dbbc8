import { APIS, type Api } from '@aibrix/client';
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
  api: Api;
  api_key: string | null;
  headers: Record<string, string>;
  target_model: string;
  time_scale: number;
  routing_strategy: string | null;
  streaming_enabled: boolean;
  continuous_usage: boolean;
  send_token_ids: boolean;
  temperature: number;
  extra_body: Record<string, unknown>;
  output_token_limit: number | null;
  timeout_second: number;
  max_retries: number;
  client_duration_limit: number | null;
  client_max_concurrent_sessions: number | null;
  client_session_key_header: boolean;
  pacing: 'schedule' | 'asap';
  concurrency: number | null;
  when_saturated: 'wait' | 'drop';
  ramp_users: number | null;
  ramp_from: number;
  failed_turn: 'skip-rest' | 'continue';
  history: 'live' | 'recorded';
  cache_salt: string | null;
  workers: number;
  shard: string | null;
  start_at: string | number | null;
  preflight: 'off' | 'warn' | 'fail';
  reset_prefix_cache: boolean;
  warm_connections: number | 'auto';
  max_connections: number | null;
  no_keep_alive: boolean;
  idle_timeout_second: number;
  http2: boolean;
  accept_encoding: string;
  ca_cert: string | null;
  client_cert: string | null;
  client_key: string | null;
  insecure: boolean;
  length_control: 'min-tokens' | 'ignore-eos' | 'none';
  max_client_lag_ms: number;
  result_queue_bytes: number;
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
  api: z.enum(APIS).describe('what is asked: /v1/chat/completions, /v1/completions, /v1/responses or /v1/embeddings'),
  api_key: z.string().nullable().describe('bearer token for the endpoint'),
  headers: z.record(z.string(), z.string()).describe('further headers of every request; written nowhere'),
  target_model: z.string().min(1).describe('model to ask, unless a request names its own'),
  time_scale: z.number().positive().describe('multiplies every timestamp; 0.1 is ten times as fast'),
  routing_strategy: z.string().nullable().describe('header routing-strategy of the AIBrix gateway'),
  streaming_enabled: z.boolean(),
  continuous_usage: z.boolean().describe('ask for usage in every chunk (vLLM); for chat and completions'),
  send_token_ids: z.boolean().describe('send prompt_token_ids in place of text; for completions and embeddings'),
  temperature: z.number().nonnegative().describe('of sampling'),
  extra_body: z.record(z.string(), z.unknown()).describe('further fields of every request’s body; they win'),
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
  when_saturated: z
    .enum(['wait', 'drop'])
    .describe('what becomes of requests that are due while concurrency are on their way'),
  ramp_users: z
    .number()
    .positive()
    .nullable()
    .describe('seconds over which concurrency rises from ramp_from to its full; null: it is there from the start'),
  ramp_from: z.int().min(1).describe('requests on their way at once when the ramp begins'),
  failed_turn: z
    .enum(['skip-rest', 'continue'])
    .describe('whether what follows a failed turn, or a failed parent, is skipped or sent'),
  history: z
    .enum(['live', 'recorded'])
    .describe('answers in the conversation of a session: of the server, or the completions of the workload'),
  cache_salt: z.string().min(1).nullable().describe('cache_salt of every request (vLLM)'),
  workers: z.int().min(1).describe('threads that send; sessions and limits are divided among them'),
  shard: z
    .string()
    .nullable()
    .describe('i/n, i from 0: replay only this part, while other processes replay the others'),
  start_at: z
    .union([z.string(), z.number()])
    .nullable()
    .describe('when the schedule begins: ISO 8601 with zone, or epoch seconds'),
  preflight: z
    .enum(['off', 'warn', 'fail'])
    .describe('ask the server for its models, and send one request, before load'),
  reset_prefix_cache: z.boolean().describe('empty the prefix cache of the server before load (vLLM, SGLang)'),
  warm_connections: z
    .union([z.int().nonnegative(), z.literal('auto')])
    .describe('connections opened before the schedule begins; auto: as the first seconds need'),
  max_connections: limit.describe('connections at once; waiting for one is queue time'),
  no_keep_alive: z.boolean().describe('a connection for each request'),
  idle_timeout_second: z.number().positive().describe('then a connection without a request is closed'),
  http2: z.boolean().describe('speak HTTP/2 where the server does; requests share connections'),
  accept_encoding: z.string().min(1).describe('compression of answers: identity (none), gzip, br, zstd, deflate'),
  ca_cert: nullablePath.describe('PEM file of authorities to trust besides those that Node trusts'),
  client_cert: nullablePath.describe('PEM file of the certificate that the client shows'),
  client_key: nullablePath.describe('PEM file of its key'),
  insecure: z.boolean().describe('take any certificate of the server'),
  length_control: z.enum(['min-tokens', 'ignore-eos', 'none']).describe('how the planned output length is enforced'),
  max_client_lag_ms: z.number().positive().describe('client lag p99 above this makes the run client-bound'),
  result_queue_bytes: z.int().min(1).describe('memory for results that wait for the disk'),
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
  api: 'chat',
  api_key: '${API_KEY}',
  headers: {},
  target_model: 'llama-3-8b-instruct',
  time_scale: 1,
  routing_strategy: 'random',
  streaming_enabled: true,
  continuous_usage: false,
  send_token_ids: false,
  temperature: 0,
  extra_body: {},
  output_token_limit: 128,
  timeout_second: 60,
  max_retries: 0,
  client_duration_limit: null,
  client_max_concurrent_sessions: null,
  client_session_key_header: false,
  pacing: 'schedule',
  concurrency: null,
  when_saturated: 'wait',
  ramp_users: null,
  ramp_from: 1,
  failed_turn: 'skip-rest',
  history: 'live',
  cache_salt: null,
  workers: 1,
  shard: null,
  start_at: null,
  preflight: 'warn',
  reset_prefix_cache: false,
  warm_connections: 'auto',
  max_connections: null,
  no_keep_alive: false,
  idle_timeout_second: 4,
  http2: false,
  accept_encoding: 'identity',
  ca_cert: null,
  client_cert: null,
  client_key: null,
  insecure: false,
  length_control: 'min-tokens',
  max_client_lag_ms: 10,
  result_queue_bytes: 268_435_456,
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
