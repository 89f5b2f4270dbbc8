import { z } from 'zod';

/** Kinds of workload that a config may name. */
export const WORKLOAD_TYPES = [
  'constant',
  'synthetic',
  'stat',
  'azure',
  'mooncake',
  'agent',
  'qwen_bailian',
  'burstgpt',
  'results',
  'servegen',
  'sessions',
] as const;

export type WorkloadType = (typeof WORKLOAD_TYPES)[number];

/** Keys of every kind. */
export type EveryKind = {
  no_text: boolean;
  max_requests: number | null;
  model_mix: string | null;
  user_mix: string | null;
  users: number | null;
  user_skew: number | null;
  charts: string;
  cache_figures: boolean;
};

/** Keys of kinds whose prompts have a wanted length. */
type WithLengths = EveryKind & {
  length_mode: 'match' | 'exact';
};

/** Keys of kinds whose times are drawn. */
type WithArrivals = {
  arrivals: 'poisson' | 'constant' | 'gamma' | 'weibull';
  burstiness: number | null;
};

/** Keys of kinds that replay a trace. */
type OfTrace = WithLengths & {
  from_ms: number;
  time_scale: number;
  rate_scale: number;
  input_scale: number;
  output_scale: number;
  sample: number;
  sort: boolean;
  dequantize: boolean;
  keep_models: boolean;
  keep_parents: boolean;
};

/** A section for each kind of workload; that of `workload_type` is read. A type, so that it can be walked as a tree of keys. */
export type WorkloadConfigs = {
  synthetic: WithLengths &
    WithArrivals & {
      use_preset_pattern: boolean;
      preset_patterns: { traffic_pattern: string; prompt_len_pattern: string; completion_len_pattern: string };
      pattern_files: {
        traffic_file: string | null;
        prompt_len_file: string | null;
        completion_len_file: string | null;
      };
      traffic_mean: number | null;
      prompt_len_mean: number | null;
      completion_len_mean: number | null;
      max_concurrent_sessions: number | null;
    };
  constant: WithLengths &
    WithArrivals & {
      target_qps: number;
      target_prompt_len: number | null;
      target_prompt_len_std: number;
      target_completion_len: number | null;
      target_completion_len_std: number;
      max_concurrent_sessions: number | null;
    };
  stat: WithLengths &
    WithArrivals & {
      traffic_file: string | null;
      prompt_len_file: string | null;
      completion_len_file: string | null;
      stat_trace_type: 'maas' | 'cloudide' | 'general';
      columns: string | null;
      qps_scale: number;
      output_scale: number;
      input_scale: number;
      fluctuation: 'poisson' | 'none';
    };
  azure: OfTrace & { trace_path: string; trace_type: 'conv' | 'code'; trace_url: string | null };
  mooncake: OfTrace & {
    trace_path: string;
    trace_type: 'conversation' | 'synthetic' | 'toolagent';
    trace_url: string | null;
  };
  qwen_bailian: OfTrace & { trace_path: string | null };
  burstgpt: OfTrace & { trace_path: string | null; keep_failed: boolean };
  results: OfTrace & { trace_path: string | null; clock: 'planned' | 'start' };
  servegen: OfTrace & {
    folder: string | null;
    clients: string[] | null;
    rate: number | null;
    length_correlation: number;
  };
  sessions: EveryKind & WithArrivals & { sessions_per_second: number; think_time: string | null };
  agent: Record<string, unknown>;
};

const limit = z.int().min(1).nullable();
const tokens = z.number().nonnegative();
const std = z.number().nonnegative();
const nullablePath = z.string().nullable();
const scale = z.number().positive();

const everyKind = {
  no_text: z.boolean().describe('lengths alone, for statistics and planning: cannot be sent'),
  max_requests: limit.describe('end after so many requests; null: no limit'),
  model_mix: z.string().nullable().describe('models to ask, with weights: base=3,lora-a=1'),
  user_mix: z.string().nullable().describe('users, with weights'),
  users: limit.describe('so many users, the first the busiest'),
  user_skew: z.number().nonnegative().nullable().describe('exponent of Zipf’s law for users; null: 1'),
  charts: z.string().describe('charts beside the workload: svg,png,pdf,html, or none'),
  cache_figures: z.boolean().describe('tokenise chosen prompts to find out what a prefix cache would find'),
};

const withLengths = {
  ...everyKind,
  length_mode: z
    .enum(['match', 'exact'])
    .describe(
      'match: prompts of about the lengths, from the dataset; exact: prompts made to the lengths, no dataset needed',
    ),
};

const withArrivals = {
  arrivals: z
    .enum(['poisson', 'constant', 'gamma', 'weibull'])
    .describe('gaps: exponential, equal (the first request at 0), or of a shape'),
  burstiness: z.number().positive().nullable().describe('shape of gamma or weibull gaps; null: 1'),
};

const ofTrace = {
  ...withLengths,
  from_ms: z.number().nonnegative().describe('leave out what comes before, and count from here'),
  time_scale: scale.describe('multiplies every time of the trace'),
  rate_scale: scale.describe('divides every time of the trace'),
  input_scale: scale.describe('multiplies input lengths'),
  output_scale: scale.describe('multiplies output lengths'),
  sample: z.number().positive().max(1).describe('share of the sessions, or requests, that is kept'),
  sort: z.boolean().describe('read a trace that is not in order of time, all of it in memory'),
  dequantize: z.boolean().describe('spread rows of one time over the step to the next'),
  keep_models: z.boolean().describe('ask each request of the model that the trace names'),
  keep_parents: z.boolean().describe('let a request wait for the one that it goes on from'),
};

const maxConcurrentSessions = limit.describe('sessions whose next prompt may be chosen');
const mean = z.number().positive().nullable();
const downloadUrl = nullablePath.describe('where to download a missing trace from; null: its publisher');

const synthetic = z.strictObject({
  ...withLengths,
  ...withArrivals,
  use_preset_pattern: z.boolean().describe('preset_patterns, or else pattern_files'),
  preset_patterns: z.strictObject({
    traffic_pattern: z.string(),
    prompt_len_pattern: z.string(),
    completion_len_pattern: z.string(),
  }),
  pattern_files: z.strictObject({
    traffic_file: nullablePath.describe('null: high_slow'),
    prompt_len_file: nullablePath.describe('null: high_slow'),
    completion_len_file: nullablePath.describe('null: high_slow'),
  }),
  traffic_mean: mean.describe('requests per second; null: the pattern’s own'),
  prompt_len_mean: mean.describe('tokens; null: the pattern’s own'),
  completion_len_mean: mean.describe('tokens; null: the pattern’s own'),
  max_concurrent_sessions: maxConcurrentSessions,
});

const constant = z.strictObject({
  ...withLengths,
  ...withArrivals,
  target_qps: z.number().positive().describe('requests per second'),
  target_prompt_len: tokens.nullable().describe('mean prompt tokens; null: any prompt of the dataset'),
  target_prompt_len_std: std,
  target_completion_len: tokens.nullable().describe('mean output tokens; null: as the dataset says'),
  target_completion_len_std: std,
  max_concurrent_sessions: maxConcurrentSessions,
});

const stat = z.strictObject({
  ...withLengths,
  ...withArrivals,
  traffic_file: nullablePath.describe('CSV with the rate of each time step'),
  prompt_len_file: nullablePath,
  completion_len_file: nullablePath,
  stat_trace_type: z.enum(['maas', 'cloudide', 'general']).describe('which export it is'),
  columns: z.string().nullable().describe('which column holds what, such as rate=qps,prompt_p50=p50'),
  qps_scale: scale.describe('divides every rate'),
  output_scale: scale.describe('divides every output length'),
  input_scale: scale.describe('divides every prompt length'),
  fluctuation: z.enum(['poisson', 'none']).describe('rates within a step: drawn second by second, or steady'),
});

const everyKindSchema = z.looseObject(everyKind);

/** What each key may be and what it means. */
export const workloadConfigsSchema: z.ZodType<WorkloadConfigs> = z.strictObject({
  synthetic,
  constant,
  stat,
  azure: z.strictObject({
    ...ofTrace,
    trace_path: z.string().describe('CSV file of the Azure LLM inference trace, downloaded when it is missing'),
    trace_type: z.enum(['conv', 'code']).describe('which trace the file is'),
    trace_url: downloadUrl,
  }),
  mooncake: z.strictObject({
    ...ofTrace,
    trace_path: z.string().describe('JSONL file of a Mooncake trace, downloaded when it is missing'),
    trace_type: z.enum(['conversation', 'synthetic', 'toolagent']).describe('which trace the file is'),
    trace_url: downloadUrl,
  }),
  qwen_bailian: z.strictObject({ ...ofTrace, trace_path: nullablePath.describe('JSONL file of a Qwen-Bailian trace') }),
  burstgpt: z.strictObject({
    ...ofTrace,
    trace_path: nullablePath.describe('CSV file of a BurstGPT trace'),
    keep_failed: z.boolean().describe('keep requests that failed, whose answers have no tokens'),
  }),
  results: z.strictObject({
    ...ofTrace,
    trace_path: nullablePath.describe('results of a run (output.jsonl)'),
    clock: z.enum(['planned', 'start']).describe('which time is replayed: when it was wanted, or when it was sent'),
  }),
  servegen: z.strictObject({
    ...ofTrace,
    folder: nullablePath.describe('folder with the files of ServeGen clients'),
    clients: z.array(z.string()).nullable().describe('only these chunk-*-trace.csv'),
    rate: z.number().positive().nullable().describe('mean requests per second; null: as in the files'),
    length_correlation: z.number().min(-1).max(1).describe('of input and output lengths'),
  }),
  sessions: z.strictObject({
    ...everyKind,
    ...withArrivals,
    sessions_per_second: z.number().positive().describe('mean rate at which sessions start'),
    think_time: z.string().nullable().describe('milliseconds before a later turn, such as exponential:2000'),
  }),
  agent: z.record(z.string(), z.unknown()).describe('num_sessions, turns_per_session, … as in an agent file'),
});

const EVERY_KIND: EveryKind = {
  no_text: false,
  max_requests: null,
  model_mix: null,
  user_mix: null,
  users: null,
  user_skew: null,
  charts: 'pdf',
  cache_figures: true,
};
/** Names of the keys of every kind. */
export const KEYS_OF_EVERY_KIND: readonly string[] = Object.keys(EVERY_KIND);

/** The keys of every kind in an agent section, which is no section of fixed keys; wrong values are the defaults. */
export const everyKindOf = (section: Readonly<Record<string, unknown>>): EveryKind => {
  const { data } = everyKindSchema.safeParse({ ...EVERY_KIND, ...section });
  return data ?? EVERY_KIND;
};

/** What is wrong with these. */
export const everyKindProblems = (section: Readonly<Record<string, unknown>>): z.core.$ZodIssue[] =>
  everyKindSchema.safeParse({ ...EVERY_KIND, ...section }).error?.issues ?? [];

const WITH_LENGTHS: WithLengths = { ...EVERY_KIND, length_mode: 'match' };
const WITH_ARRIVALS: WithArrivals = { arrivals: 'poisson', burstiness: null };
const OF_TRACE: OfTrace = {
  ...WITH_LENGTHS,
  from_ms: 0,
  time_scale: 1,
  rate_scale: 1,
  input_scale: 1,
  output_scale: 1,
  sample: 1,
  sort: false,
  dequantize: false,
  keep_models: false,
  keep_parents: false,
};

export const WORKLOAD_DEFAULTS: WorkloadConfigs = {
  synthetic: {
    use_preset_pattern: true,
    preset_patterns: {
      traffic_pattern: 'slow_rising',
      prompt_len_pattern: 'severe_fluctuation',
      completion_len_pattern: 'slight_fluctuation',
    },
    pattern_files: { traffic_file: null, prompt_len_file: null, completion_len_file: null },
    traffic_mean: null,
    prompt_len_mean: null,
    completion_len_mean: null,
    max_concurrent_sessions: 2,
    ...WITH_ARRIVALS,
    ...WITH_LENGTHS,
  },
  constant: {
    target_qps: 1,
    target_prompt_len: null,
    target_prompt_len_std: 0,
    target_completion_len: null,
    target_completion_len_std: 0,
    max_concurrent_sessions: 2,
    ...WITH_ARRIVALS,
    ...WITH_LENGTHS,
  },
  stat: {
    traffic_file: null,
    prompt_len_file: null,
    completion_len_file: null,
    stat_trace_type: 'cloudide',
    columns: null,
    qps_scale: 1,
    output_scale: 1,
    input_scale: 1,
    fluctuation: 'poisson',
    ...WITH_ARRIVALS,
    ...WITH_LENGTHS,
  },
  azure: { trace_path: '/tmp/AzureLLMInferenceTrace_conv.csv', trace_type: 'conv', trace_url: null, ...OF_TRACE },
  mooncake: {
    trace_path: '/tmp/Mooncake_trace.jsonl',
    trace_type: 'conversation',
    trace_url: null,
    ...OF_TRACE,
    length_mode: 'exact',
  },
  qwen_bailian: { trace_path: null, ...OF_TRACE, length_mode: 'exact' },
  burstgpt: { trace_path: null, keep_failed: false, ...OF_TRACE },
  results: { trace_path: null, clock: 'planned', ...OF_TRACE },
  servegen: { folder: null, clients: null, rate: null, length_correlation: 0, ...OF_TRACE },
  sessions: { sessions_per_second: 1, think_time: null, ...WITH_ARRIVALS, ...EVERY_KIND },
  agent: {},
};
