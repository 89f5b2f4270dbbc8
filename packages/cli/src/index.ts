export {
  type BenchmarkConfig,
  benchmarkConfigSchema,
  DEFAULTS,
  type PartialConfig,
  STAGES,
  type Stage,
} from './config/benchmark-config.js';
export { type DatasetConfigs, PROMPT_TYPES, type PromptType } from './config/dataset-configs.js';
export { WORKLOAD_TYPES, type WorkloadConfigs, type WorkloadType } from './config/workload-configs.js';
export type { Reporter } from './output/reporter.js';
export { type BenchmarkOutcome, type RunBenchmarkOptions, runBenchmark } from './pipeline/run-benchmark.js';
