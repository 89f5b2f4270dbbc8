export type { AgentCall, AgentEntry, AgentEvent, AgentRequest } from './agent/agent-records.js';
export { agent } from './agent/generate.js';
export { type AgentOptions, type AgentSettings, agentOptionsSchema, type WholeRange } from './agent/options.js';
export type { ArrivalOptions, ArrivalSettings } from './arrivals/arrival-options.js';
export { ARRIVAL_PROCESSES, type ArrivalProcessName } from './arrivals/arrival-processes.js';
export type { ArrivalProcess, Arrivals } from './arrivals/arrivals.js';
export { constantArrivals } from './arrivals/constant.js';
export { type CreateArrivalsOptions, createArrivals } from './arrivals/create-arrivals.js';
export { createRate } from './arrivals/create-rate.js';
export { type ParsedArrivals, parseNamedArrivals } from './arrivals/named-arrivals.js';
export { onOffArrivals } from './arrivals/on-off.js';
export { poissonArrivals } from './arrivals/poisson.js';
export { createProcessCheck, type ProcessCheck, type ProcessCheckResult } from './arrivals/process-check.js';
export type { RatePoint } from './arrivals/rate-description.js';
export { type RateDescription, rateDescriptionSchema } from './arrivals/rate-description.js';
export type { RateFunction } from './arrivals/rate-function.js';
export { thinnedArrivals } from './arrivals/thinned.js';
export type { BlockReuseFigures } from './cache-figures/block-reuse.js';
export type { WorkloadCacheFigures } from './cache-figures/cache-figures.js';
export type { PromptEncoder } from './cache-figures/request-cache.js';
export { constant } from './constant/generate.js';
export { type ConstantOptions, type ConstantSettings, constantOptionsSchema } from './constant/options.js';
export type { GeneratedWorkload, NamedArrivals, WorkloadFindings, WorkloadOrigin } from './generated-workload.js';
export {
  type InspectWorkloadOptions,
  inspectWorkload,
  type WorkloadInspection,
} from './inspect/inspect-workload.js';
export type { PromptLengthCheck } from './inspect/length-check.js';
export type { WorkloadManifestCheck } from './inspect/manifest-check.js';
export { collectWorkloadSeries, type WorkloadSeries } from './inspect/workload-series.js';
export { type Mix, type MixPart, parseMix } from './mix/mix.js';
export {
  type MixRequestsOptions,
  type MixRequestsSettings,
  mixRequests,
  mixRequestsOptionsSchema,
} from './mix/mix-requests.js';
export { type ZipfMixOptions, zipfMix } from './mix/zipf-mix.js';
export type { NameCount } from './name-count.js';
export { type OpenPromptPoolOptions, openPromptPool, type PoolPrompt, type PromptPool } from './pool/prompt-pool.js';
export { readManifestBeside } from './read-manifest.js';
export type { PromptMaterial } from './requests/prompt-material.js';
export type { LengthMode } from './requests/request-maker.js';
export type { RequestOptions, RequestSettings } from './requests/request-options.js';
export { datasetRecords } from './schedule/dataset-records.js';
export { type ScheduleOptions, type ScheduleSettings, scheduleOptionsSchema } from './schedule/options.js';
export { parseThinkTime } from './schedule/parse-think-time.js';
export { type ScheduledRecords, scheduleRecords } from './schedule/schedule-records.js';
export type { ThinkTime } from './schedule/think-time.js';
export { stat } from './stat/generate.js';
export { type StatOptions, type StatSettings, statOptionsSchema } from './stat/options.js';
export type { ArrivalFigures } from './statistics/arrival-check.js';
export type { TokenFigures } from './statistics/token-figures.js';
export type { WorkloadStatistics } from './statistics/workload-statistics.js';
export { synthetic } from './synthetic/generate.js';
export {
  type PatternChoice,
  type SyntheticOptions,
  type SyntheticSettings,
  syntheticOptionsSchema,
} from './synthetic/options.js';
export { PATTERN_PRESETS, type Pattern, patternSchema, presetPattern, type Quantity } from './synthetic/pattern.js';
export {
  type ConcatOptions,
  type ConcatSettings,
  concatOptionsSchema,
  concatWorkloads,
} from './tools/concat-workloads.js';
export { type LimitOptions, limitOptionsSchema, limitWorkload } from './tools/limit-workload.js';
export { mergeWorkloads } from './tools/merge-workloads.js';
export { type ReadWorkloadOptions, readWorkload } from './tools/read-workload.js';
export {
  type SampleOptions,
  type SampleSettings,
  sampleOptionsSchema,
  sampleWorkload,
} from './tools/sample-workload.js';
export { type ScaleOptions, type ScaleSettings, scaleOptionsSchema, scaleWorkload } from './tools/scale-workload.js';
export { shardOf } from './tools/shard-of.js';
export { type ShardOptions, shardOptionsSchema, shardWorkload } from './tools/shard-workload.js';
export { type SliceOptions, type SliceSettings, sliceOptionsSchema, sliceWorkload } from './tools/slice-workload.js';
export { sortWorkload } from './tools/sort-workload.js';
export type { WorkloadInput } from './tools/workload-input.js';
export { azureTrace } from './trace/azure-trace.js';
export {
  type BurstGptOptions,
  type BurstGptSettings,
  burstGptOptionsSchema,
  burstGptTrace,
} from './trace/burst-gpt-trace.js';
export {
  type DequantizeTraceOptions,
  type DequantizeTraceSettings,
  dequantizeTrace,
  dequantizeTraceOptionsSchema,
} from './trace/dequantize-trace.js';
export { type LimitTraceOptions, limitTrace, limitTraceOptionsSchema } from './trace/limit-trace.js';
export { mooncakeTrace } from './trace/mooncake-trace.js';
export { qwenBailianTrace } from './trace/qwen-bailian-trace.js';
export {
  type ResultsTraceOptions,
  type ResultsTraceSettings,
  resultsTrace,
  resultsTraceOptionsSchema,
} from './trace/results-trace.js';
export { type RowsTraceOptions, rowsTrace } from './trace/rows-trace.js';
export {
  type SampleTraceOptions,
  type SampleTraceSettings,
  sampleTrace,
  sampleTraceOptionsSchema,
} from './trace/sample-trace.js';
export {
  type ScaleTraceOptions,
  type ScaleTraceSettings,
  scaleTrace,
  scaleTraceOptionsSchema,
} from './trace/scale-trace.js';
export { type ServeGenOptions, type ServeGenSettings, serveGenOptionsSchema } from './trace/serve-gen/options.js';
export { serveGenClients } from './trace/serve-gen/serve-gen-clients.js';
export {
  type SliceTraceOptions,
  type SliceTraceSettings,
  sliceTrace,
  sliceTraceOptionsSchema,
} from './trace/slice-trace.js';
export { sortTrace } from './trace/sort-trace.js';
export type { ReadTraceOptions, TraceReader, TraceRow } from './trace/trace-reader.js';
export { azure } from './trace-kinds/azure.js';
export { type BurstGptWorkloadOptions, burstGpt, burstGptWorkloadOptionsSchema } from './trace-kinds/burst-gpt.js';
export {
  type DownloadableTrace,
  type EnsureTraceOptions,
  ensureTrace,
  TRACE_NAMES,
} from './trace-kinds/ensure-trace.js';
export { mooncake } from './trace-kinds/mooncake.js';
export { qwenBailian } from './trace-kinds/qwen-bailian.js';
export { type ReplayResultsOptions, replayResults, replayResultsOptionsSchema } from './trace-kinds/replay-results.js';
export {
  type ServeGenWorkloadOptions,
  type ServeGenWorkloadSettings,
  serveGen,
  serveGenWorkloadOptionsSchema,
} from './trace-kinds/serve-gen.js';
export {
  type TraceFileOptions,
  type TraceOptions,
  type TraceSettings,
  traceFileOptionsSchema,
  traceOptionsSchema,
} from './trace-kinds/trace-options.js';
export { traceWorkload } from './trace-kinds/trace-workload.js';
export { VERSION } from './version.js';
export { type WriteWorkloadFileOptions, writeWorkloadFile } from './write-workload-file.js';
