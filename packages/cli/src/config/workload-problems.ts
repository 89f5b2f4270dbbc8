import { PATTERN_PRESETS, parseMix, parseThinkTime, presetPattern } from '@aibrix/workload';
import type { z } from 'zod';
import { AGENT_KEYS, unknownAgentKeys } from '../pipeline/agent-config.js';
import type { TraceKindName } from '../pipeline/workload-recipe.js';
import type { BenchmarkConfig } from './benchmark-config.js';
import { type ConfigProblem, optionProblems, thrownProblems } from './problems.js';
import { everyKindProblems, KEYS_OF_EVERY_KIND, type WorkloadType } from './workload-configs.js';
import { recipeOf } from './workload-options.js';

/** Options of the library by their keys in the section of a kind. */
const KEYS: Readonly<Record<string, string>> = {
  lengthMode: 'length_mode',
  withText: 'no_text',
  maxRequests: 'max_requests',
  arrivals: 'arrivals',
  burstiness: 'burstiness',
  targetQps: 'target_qps',
  targetPromptTokens: 'target_prompt_len',
  targetPromptTokensStd: 'target_prompt_len_std',
  targetCompletionTokens: 'target_completion_len',
  targetCompletionTokensStd: 'target_completion_len_std',
  maxConcurrentSessions: 'max_concurrent_sessions',
  trafficFile: 'traffic_file',
  promptLenFile: 'prompt_len_file',
  completionLenFile: 'completion_len_file',
  traceType: 'stat_trace_type',
  columns: 'columns',
  qpsScale: 'qps_scale',
  fromMs: 'from_ms',
  timeScale: 'time_scale',
  rateScale: 'rate_scale',
  inputScale: 'input_scale',
  outputScale: 'output_scale',
  sampleShare: 'sample',
  tracePath: 'trace_path',
  folder: 'folder',
  paths: 'clients',
  rate: 'rate',
  copulaCorrelation: 'length_correlation',
  recordsPerSecond: 'sessions_per_second',
  thinkTime: 'think_time',
  ...AGENT_KEYS,
};

const keysIn = (kind: WorkloadType): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(KEYS).map(([option, key]) => [option, `workload_configs.${kind}.${key}`])),
  durationMs: 'duration_ms',
  intervalMs: 'interval_ms',
});

/** Patterns that stand for those of the config while the rest is checked: files are read when the workload is made. */
const ANY_PATTERNS = { traffic: { mean: 1 }, promptLength: { mean: 1 }, outputLength: { mean: 1 } };

/** The key that names the file to read, for kinds that have no default for it. */
const PATH_KEYS: Partial<Record<WorkloadType, string>> = {
  stat: 'traffic_file',
  qwen_bailian: 'trace_path',
  burstgpt: 'trace_path',
  results: 'trace_path',
} satisfies Partial<Record<WorkloadType | TraceKindName, string>>;

const missingPath = ({ workload_type: kind, workload_configs: sections }: BenchmarkConfig): ConfigProblem[] => {
  const key = PATH_KEYS[kind];
  const section: Readonly<Record<string, unknown>> = sections[kind];
  if (key === undefined || section[key]) return [];
  return [{ path: ['workload_configs', kind, key], message: `is needed with workload_type ${kind}` }];
};

const presetProblems = ({ workload_configs: sections }: BenchmarkConfig): ConfigProblem[] => {
  const { use_preset_pattern: usesPresets, preset_patterns: presets } = sections.synthetic;
  if (!usesPresets) return [];
  return Object.entries(presets)
    .filter(
      ([key, name]) => !presetPattern(name, { quantity: 'traffic' }) && (key === 'traffic_pattern' || name !== 'none'),
    )
    .map(([key, name]) => ({
      path: ['workload_configs', 'synthetic', 'preset_patterns', key],
      message: `there is no pattern "${name}"`,
      suggestion: `it may be ${PATTERN_PRESETS.join(', ')}`,
    }));
};

const agentProblems = ({ workload_configs: { agent } }: BenchmarkConfig): ConfigProblem[] => [
  ...unknownAgentKeys(agent, KEYS_OF_EVERY_KIND).map(({ key, meant }) => ({
    path: ['workload_configs', 'agent', key],
    message: 'unknown key',
    ...(meant !== undefined && { suggestion: `did you mean ${meant}?` }),
  })),
  ...everyKindProblems(agent).map(({ path, message }) => ({ path: ['workload_configs', 'agent', ...path], message })),
];

/** What cannot be read as a mix or a think time. */
const textProblems = ({ workload_type: kind, workload_configs: sections }: BenchmarkConfig): ConfigProblem[] => {
  const section: Readonly<Record<string, unknown>> = sections[kind];
  const check = (key: string, parse: (text: string) => unknown): ConfigProblem[] => {
    const text = section[key];
    return typeof text === 'string' ? thrownProblems(`workload_configs.${kind}.${key}`, () => void parse(text)) : [];
  };
  return [...check('model_mix', parseMix), ...check('user_mix', parseMix), ...check('think_time', parseThinkTime)];
};

const durationProblems = ({ workload_type: kind, duration_ms: duration }: BenchmarkConfig): ConfigProblem[] =>
  duration === null && (kind === 'constant' || kind === 'synthetic')
    ? [{ path: ['duration_ms'], message: `a ${kind} workload needs a length; null is for whole traces` }]
    : [];

/** Everything that is wrong with the workload of a config, at its keys. */
export const workloadProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const { workload_type: kind } = config;
  const found = [
    ...missingPath(config),
    ...durationProblems(config),
    ...textProblems(config),
    ...(kind === 'synthetic' ? presetProblems(config) : []),
    ...(kind === 'agent' ? agentProblems(config) : []),
  ];
  // What is found already would be found again as an option.
  if (found.length > 0) return found;
  const { schema, options } = recipeOf(config, ANY_PATTERNS);
  return optionProblems(schema as z.ZodType, options, keysIn(kind));
};
