import { z } from 'zod';
import {
  DATASET_DEFAULTS,
  type DatasetConfigs,
  datasetConfigsSchema,
  PROMPT_TYPES,
  type PromptType,
} from './dataset-configs.js';

/** The stages that `--stage` names, in the order of the pipeline. */
export const STAGES = ['dataset', 'workload', 'client', 'analysis'] as const;

export type Stage = (typeof STAGES)[number];

/** Kinds of workload that this version makes. */
export const BUILT_WORKLOAD_TYPES = ['constant', 'azure'] as const;

/** Kinds of workload that a config may name. */
export const WORKLOAD_TYPES = ['constant', 'azure', 'synthetic', 'stat', 'mooncake', 'agent'] as const;

export type WorkloadType = (typeof WORKLOAD_TYPES)[number];

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
  workload_configs: {
    synthetic: {
      use_preset_pattern: boolean;
      preset_patterns: { traffic_pattern: string; prompt_len_pattern: string; completion_len_pattern: string };
      pattern_files: {
        traffic_file: string | null;
        prompt_len_file: string | null;
        completion_len_file: string | null;
      };
      max_concurrent_sessions: number | null;
    };
    constant: {
      target_qps: number;
      target_prompt_len: number | null;
      target_prompt_len_std: number;
      target_completion_len: number | null;
      target_completion_len_std: number;
      max_concurrent_sessions: number | null;
      arrivals: 'poisson' | 'constant';
      length_mode: 'match' | 'exact';
    };
    stat: {
      traffic_file: string | null;
      prompt_len_file: string | null;
      completion_len_file: string | null;
      stat_trace_type: string;
      qps_scale: number;
      output_scale: number;
      input_scale: number;
    };
    azure: { trace_path: string; trace_type: 'conv' | 'code'; length_mode: 'match' | 'exact' };
    mooncake: { trace_path: string; trace_type: string };
    agent: Record<string, unknown>;
  };
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
  preflight: 'off' | 'warn' | 'fail';
  length_control: 'min-tokens' | 'ignore-eos' | 'none';
  max_client_lag_ms: number;
  no_text: boolean;
  no_itl: boolean;
  trace_output: string;
  goodput_target: string | null;
};

/** Any part of a config, at any depth. */
export type PartialConfig = { [Key in keyof BenchmarkConfig]?: DeepPartial<BenchmarkConfig[Key]> | undefined };

type DeepPartial<T> = T extends unknown[] ? T : T extends object ? { [Key in keyof T]?: DeepPartial<T[Key]> } : T;

const tokens = z.number().nonnegative();
const std = z.number().nonnegative();
const limit = z.int().min(1).nullable();
const nullablePath = z.string().nullable();
const lengthMode = z
  .enum(['match', 'exact'])
  .describe(
    'match: prompts of about the lengths, from the dataset; exact: prompts made to the lengths, no dataset needed',
  );

const constant = z.strictObject({
  target_qps: z.number().positive().describe('requests per second'),
  target_prompt_len: tokens.nullable().describe('mean prompt tokens; null: any prompt of the dataset'),
  target_prompt_len_std: std,
  target_completion_len: tokens.nullable().describe('mean output tokens; null: as the dataset says'),
  target_completion_len_std: std,
  max_concurrent_sessions: limit.describe('sessions whose next prompt may be chosen'),
  arrivals: z.enum(['poisson', 'constant']).describe('poisson: exponential gaps; constant: equal gaps, the first at 0'),
  length_mode: lengthMode,
});

const synthetic = z.strictObject({
  use_preset_pattern: z.boolean(),
  preset_patterns: z.strictObject({
    traffic_pattern: z.string(),
    prompt_len_pattern: z.string(),
    completion_len_pattern: z.string(),
  }),
  pattern_files: z.strictObject({
    traffic_file: nullablePath,
    prompt_len_file: nullablePath,
    completion_len_file: nullablePath,
  }),
  max_concurrent_sessions: limit,
});

const stat = z.strictObject({
  traffic_file: nullablePath,
  prompt_len_file: nullablePath,
  completion_len_file: nullablePath,
  stat_trace_type: z.string(),
  qps_scale: z.number().positive(),
  output_scale: z.number().positive(),
  input_scale: z.number().positive(),
});

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
  interval_ms: z.number().positive().describe('kept for the Python tool: each request has its own time'),
  duration_ms: z.number().positive().nullable().describe('length of the workload; null: the whole trace'),
  workload_dir: z.string().describe('used where workload_file is not set'),
  workload_configs: z.strictObject({
    synthetic,
    constant,
    stat,
    azure: z.strictObject({
      trace_path: z.string().describe('CSV file of the Azure LLM inference trace'),
      trace_type: z.enum(['conv', 'code']).describe('which trace the file is'),
      length_mode: lengthMode,
    }),
    mooncake: z.strictObject({ trace_path: z.string(), trace_type: z.string() }),
    agent: z.record(z.string(), z.unknown()),
  }),
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
  preflight: z.enum(['off', 'warn', 'fail']).describe('ask the server for its models before load'),
  length_control: z.enum(['min-tokens', 'ignore-eos', 'none']).describe('how the planned output length is enforced'),
  max_client_lag_ms: z.number().positive().describe('client lag p99 above this makes the run client-bound'),
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
  workload_configs: {
    synthetic: {
      use_preset_pattern: true,
      preset_patterns: {
        traffic_pattern: 'slow_rising',
        prompt_len_pattern: 'severe_fluctuation',
        completion_len_pattern: 'slight_fluctuation',
      },
      pattern_files: { traffic_file: null, prompt_len_file: null, completion_len_file: null },
      max_concurrent_sessions: 2,
    },
    constant: {
      target_qps: 1,
      target_prompt_len: null,
      target_prompt_len_std: 0,
      target_completion_len: null,
      target_completion_len_std: 0,
      max_concurrent_sessions: 2,
      arrivals: 'poisson',
      length_mode: 'match',
    },
    stat: {
      traffic_file: null,
      prompt_len_file: null,
      completion_len_file: null,
      stat_trace_type: 'cloudide',
      qps_scale: 1,
      output_scale: 1,
      input_scale: 1,
    },
    azure: { trace_path: '/tmp/AzureLLMInferenceTrace_conv.csv', trace_type: 'conv', length_mode: 'match' },
    mooncake: { trace_path: '/tmp/Mooncake_trace.jsonl', trace_type: 'conversation' },
    agent: {},
  },
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
  preflight: 'warn',
  length_control: 'min-tokens',
  max_client_lag_ms: 10,
  no_text: false,
  no_itl: false,
  trace_output: './output/trace_analysis',
  goodput_target: 'tpot:0.5',
};
