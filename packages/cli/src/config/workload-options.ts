import type {
  AgentOptions,
  BurstGptWorkloadOptions,
  ConstantOptions,
  Pattern,
  RateDescription,
  ReplayResultsOptions,
  ScheduleOptions,
  ServeGenWorkloadOptions,
  StatOptions,
  SyntheticOptions,
  TraceFileOptions,
} from '@aibrix/workload';
import { parseThinkTime } from '@aibrix/workload';
import { agentOptions } from '../pipeline/agent-config.js';
import {
  agentRecipe,
  constantRecipe,
  serveGenRecipe,
  sessionsRecipe,
  statRecipe,
  syntheticRecipe,
  type TraceKindName,
  traceRecipe,
  type WorkloadRecipe,
} from '../pipeline/workload-recipe.js';
import type { BenchmarkConfig } from './benchmark-config.js';
import { type EveryKind, everyKindOf, type WorkloadConfigs } from './workload-configs.js';

/** The sections of workloads as the options of the library. */

const requestOptions = (
  config: BenchmarkConfig,
  section: Pick<EveryKind, 'no_text' | 'max_requests' | 'cache_figures'>,
) => ({
  seed: config.seed,
  withText: !section.no_text,
  maxRequests: section.max_requests,
  cacheFigures: section.cache_figures,
});

const constantOptions = (config: BenchmarkConfig): ConstantOptions => {
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

const syntheticOptions = (config: BenchmarkConfig, patterns: ChosenPatterns | undefined): SyntheticOptions => {
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

const statOptions = (config: BenchmarkConfig): StatOptions => {
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

const traceOptions = (
  config: BenchmarkConfig,
  kind: TraceKindName,
): TraceFileOptions & BurstGptWorkloadOptions & ReplayResultsOptions => {
  const { burstgpt, results, [kind]: section } = config.workload_configs;
  return {
    ...traceShape(config, section),
    tracePath: section.trace_path ?? '',
    ...(kind === 'burstgpt' && { keepFailed: burstgpt.keep_failed }),
    ...(kind === 'results' && { clock: results.clock }),
  };
};

const serveGenOptions = (config: BenchmarkConfig): ServeGenWorkloadOptions => {
  const section = config.workload_configs.servegen;
  return {
    ...traceShape(config, section),
    folder: section.folder ?? undefined,
    paths: section.clients ?? undefined,
    rate: section.rate,
    copulaCorrelation: section.length_correlation,
  };
};

const sessionsOptions = (config: BenchmarkConfig): ScheduleOptions => {
  const section = config.workload_configs.sessions;
  const { cacheFigures: _, ...options } = requestOptions(config, section);
  return {
    ...options,
    arrivals: section.arrivals,
    burstiness: section.burstiness,
    recordsPerSecond: section.sessions_per_second,
    durationMs: config.duration_ms,
    thinkTime: section.think_time === null ? null : parseThinkTime(section.think_time),
  };
};

/** An agent section has a seed of its own, as the Python tool's has. */
const agentSectionOptions = (config: BenchmarkConfig): AgentOptions => ({
  ...requestOptions(config, everyKindOf(config.workload_configs.agent)),
  ...agentOptions(config.workload_configs.agent),
});

/**
 * The recipe of the workload that a config names.
 *
 * @param patterns those of a synthetic workload, which may stand in files; undefined for every other kind
 */
export const recipeOf = (config: BenchmarkConfig, patterns: ChosenPatterns | undefined): WorkloadRecipe => {
  const { workload_type: kind, workload_configs: sections } = config;
  switch (kind) {
    case 'constant':
      return constantRecipe(constantOptions(config));
    case 'synthetic':
      return syntheticRecipe(syntheticOptions(config, patterns));
    case 'stat':
      return statRecipe(statOptions(config));
    case 'agent':
      return agentRecipe(agentSectionOptions(config));
    case 'servegen':
      return serveGenRecipe(serveGenOptions(config));
    case 'sessions':
      return sessionsRecipe(config.dataset_file, sessionsOptions(config));
    case 'azure':
    case 'mooncake': {
      const { trace_type: trace, trace_url: url } = sections[kind];
      return traceRecipe(kind, traceOptions(config, kind), { kind, trace, url: url ?? undefined });
    }
    default:
      return traceRecipe(kind, traceOptions(config, kind));
  }
};
