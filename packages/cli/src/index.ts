export {
  type BenchmarkConfig,
  benchmarkConfigSchema,
  DEFAULTS,
  type PartialConfig,
  PROMPT_TYPES,
  type PromptType,
  STAGES,
  type Stage,
  WORKLOAD_TYPES,
  type WorkloadType,
} from './config/benchmark-config.js';
export type { Reporter } from './output/reporter.js';
export { type BenchmarkOutcome, type RunBenchmarkOptions, runBenchmark } from './pipeline/run-benchmark.js';
