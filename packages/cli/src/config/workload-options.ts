import type {
  AgentOptions,
  ConstantOptions,
  Pattern,
  RateDescription,
  ScheduleOptions,
  ServeGenWorkloadOptions,
  StatOptions,
  SyntheticOptions,
  TraceFileOptions,
} from '@aibrix/workload';
import { parseThinkTime } from '@aibrix/workload';
import { agentOptions } from '../pipeline/agent-config.js';
import type { TraceKindName } from '../pipeline/workload-recipe.js';
import type { BenchmarkConfig } from './benchmark-config.js';
import type { WorkloadConfigs } from './workload-configs.js';

/** The sections of workloads as the options of the library. */

const requestOptions = (config: BenchmarkConfig, section: { no_text: boolean; max_requests: number | null }) => ({
  seed: config.seed,
  withText: !section.no_text,
  maxRequests: section.max_requests,
});

export const constantOptions = (config: BenchmarkConfig): ConstantOptions => {
  const section = config.workload_configs.constant;
  return {
    ...requestOptions(config, section),
    lengthMode: section.length_mode,
    arrivals: section.arrivals,
    burstiness: section.burstiness,
    durationMs: config.duration_ms ?? undefined,
    targetQps: section.target_qps,
    targetPromptTokens: section.target_prompt_len,
    targetPromptTokensStd: section.target_prompt_len_std,
    targetCompletionTokens: section.target_completion_len,
    targetCompletionTokensStd: section.target_completion_len_std,
    maxConcurrentSessions: section.max_concurrent_sessions,
  };
};

/** Patterns that are read or looked up already. */
export interface ChosenPatterns {
  traffic: Pattern | RateDescription;
  promptLength: Pattern | null;
  outputLength: Pattern | null;
}

export const syntheticOptions = (config: BenchmarkConfig, patterns: ChosenPatterns): SyntheticOptions => {
  const section = config.workload_configs.synthetic;
  return {
    ...requestOptions(config, section),
    lengthMode: section.length_mode,
    arrivals: section.arrivals,
    burstiness: section.burstiness,
    durationMs: config.duration_ms ?? undefined,
    intervalMs: config.interval_ms,
    maxConcurrentSessions: section.max_concurrent_sessions,
    ...patterns,
  };
};

export const statOptions = (config: BenchmarkConfig): StatOptions => {
  const section = config.workload_configs.stat;
  return {
    ...requestOptions(config, section),
    lengthMode: section.length_mode,
    arrivals: section.arrivals,
    burstiness: section.burstiness,
    durationMs: config.duration_ms,
    trafficFile: section.traffic_file ?? '',
    promptLenFile: section.prompt_len_file ?? undefined,
    completionLenFile: section.completion_len_file ?? undefined,
    traceType: section.stat_trace_type,
    columns: section.columns ?? undefined,
    qpsScale: section.qps_scale,
    inputScale: section.input_scale,
    outputScale: section.output_scale,
    fluctuation: section.fluctuation,
  };
};

const traceShape = (config: BenchmarkConfig, section: WorkloadConfigs[TraceKindName | 'servegen']) => ({
  ...requestOptions(config, section),
  lengthMode: section.length_mode,
  durationMs: config.duration_ms,
  fromMs: section.from_ms,
  timeScale: section.time_scale,
  rateScale: section.rate_scale,
  inputScale: section.input_scale,
  outputScale: section.output_scale,
  sampleShare: section.sample,
  sort: section.sort,
  dequantize: section.dequantize,
  keepModels: section.keep_models,
  keepParents: section.keep_parents,
});

export const traceOptions = (config: BenchmarkConfig, kind: TraceKindName): TraceFileOptions => {
  const section = config.workload_configs[kind];
  return { ...traceShape(config, section), tracePath: section.trace_path ?? '' };
};

export const serveGenOptions = (config: BenchmarkConfig): ServeGenWorkloadOptions => {
  const section = config.workload_configs.servegen;
  return {
    ...traceShape(config, section),
    folder: section.folder ?? undefined,
    paths: section.clients ?? undefined,
    rate: section.rate,
    copulaCorrelation: section.length_correlation,
  };
};

export const sessionsOptions = (config: BenchmarkConfig): ScheduleOptions => {
  const section = config.workload_configs.sessions;
  return {
    ...requestOptions(config, section),
    arrivals: section.arrivals,
    burstiness: section.burstiness,
    recordsPerSecond: section.sessions_per_second,
    durationMs: config.duration_ms,
    thinkTime: section.think_time === null ? null : parseThinkTime(section.think_time),
  };
};

/** An agent section has a seed of its own, as the Python tool's has. */
export const agentSectionOptions = (config: BenchmarkConfig): AgentOptions => ({
  seed: config.seed,
  ...agentOptions(config.workload_configs.agent),
});
