import {
  type AgentOptions,
  agent,
  agentOptionsSchema,
  azure,
  type BurstGptWorkloadOptions,
  burstGpt,
  burstGptWorkloadOptionsSchema,
  type ConstantOptions,
  constant,
  constantOptionsSchema,
  type DownloadableTrace,
  datasetRecords,
  type GeneratedWorkload,
  type LengthMode,
  mooncake,
  type PromptMaterial,
  qwenBailian,
  type ReplayResultsOptions,
  replayResults,
  replayResultsOptionsSchema,
  type ScheduleOptions,
  type ServeGenWorkloadOptions,
  type StatOptions,
  type SyntheticOptions,
  scheduleOptionsSchema,
  scheduleRecords,
  serveGen,
  serveGenWorkloadOptionsSchema,
  stat,
  statOptionsSchema,
  synthetic,
  syntheticOptionsSchema,
  type TraceFileOptions,
  traceFileOptionsSchema,
} from '@aibrix/workload';
import type { z } from 'zod';

/** A public trace that is downloaded when its file is missing. */
export interface TraceDownload {
  kind: DownloadableTrace;
  trace: string;
  path: string;
  url?: string | undefined;
}

/** What makes a workload, before anything is read. */
export interface WorkloadRecipe {
  kind: string;
  /** The library's options, and the schema that finds what is wrong with them. */
  options: Readonly<Record<string, unknown>>;
  schema: z.ZodType;
  /** What prompts come from; `tokenizer` where only their cache figures need something, `none` where nothing does. */
  prompts: 'dataset' | 'source' | 'tokenizer' | 'none';
  /** Files that it reads besides a dataset. */
  reads: readonly string[];
  download?: TraceDownload | undefined;
  generate(material: PromptMaterial): GeneratedWorkload;
}

const promptsOf = (options: { lengthMode?: LengthMode | undefined; withText?: boolean | undefined }) => {
  if (options.lengthMode === 'exact') return options.withText === false ? 'none' : 'source';
  return 'dataset';
};

const defined = (paths: readonly (string | null | undefined)[]): string[] => paths.filter((path) => path != null);

export const constantRecipe = (options: ConstantOptions): WorkloadRecipe => ({
  kind: 'constant',
  options: { ...options },
  schema: constantOptionsSchema,
  prompts: promptsOf(options),
  reads: [],
  generate: (material) => constant(options, material),
});

export const syntheticRecipe = (options: SyntheticOptions): WorkloadRecipe => ({
  kind: 'synthetic',
  options: { ...options },
  schema: syntheticOptionsSchema,
  prompts: promptsOf(options),
  reads: [],
  generate: (material) => synthetic(options, material),
});

export const statRecipe = (options: StatOptions): WorkloadRecipe => ({
  kind: 'stat',
  options: { ...options },
  schema: statOptionsSchema,
  prompts: promptsOf(options),
  reads: defined([options.trafficFile, options.promptLenFile, options.completionLenFile]),
  generate: (material) => stat(options, material),
});

export const agentRecipe = (options: AgentOptions): WorkloadRecipe => ({
  kind: 'agent',
  options: { ...options },
  schema: agentOptionsSchema,
  prompts: options.withText === false ? 'none' : 'source',
  reads: [],
  generate: (material) => agent(options, material),
});

/** Kinds that replay a trace in one file. */
export type TraceKindName = 'azure' | 'mooncake' | 'burstgpt' | 'qwen_bailian' | 'results';

type AnyTraceOptions = TraceFileOptions & BurstGptWorkloadOptions & ReplayResultsOptions;

const TRACE_KINDS: Record<
  TraceKindName,
  { generate: (options: AnyTraceOptions, material: PromptMaterial) => GeneratedWorkload; schema: z.ZodType }
> = {
  azure: { generate: azure, schema: traceFileOptionsSchema },
  mooncake: { generate: mooncake, schema: traceFileOptionsSchema },
  burstgpt: { generate: burstGpt, schema: burstGptWorkloadOptionsSchema },
  qwen_bailian: { generate: qwenBailian, schema: traceFileOptionsSchema },
  results: { generate: replayResults, schema: replayResultsOptionsSchema },
};

/** Traces whose prompts consist of blocks are made exactly unless it is said otherwise. */
const MADE_OF_BLOCKS: readonly TraceKindName[] = ['mooncake', 'qwen_bailian'];

export const traceRecipe = (
  kind: TraceKindName,
  given: AnyTraceOptions,
  download?: Omit<TraceDownload, 'path'> | undefined,
): WorkloadRecipe => {
  const lengthMode = given.lengthMode ?? (MADE_OF_BLOCKS.includes(kind) ? 'exact' : 'match');
  const options = { ...given, lengthMode };
  return {
    kind,
    options,
    schema: TRACE_KINDS[kind].schema,
    prompts: promptsOf(options),
    reads: [options.tracePath],
    download: download && { ...download, path: options.tracePath },
    generate: (material) => TRACE_KINDS[kind].generate(options, material),
  };
};

export const serveGenRecipe = (options: ServeGenWorkloadOptions): WorkloadRecipe => ({
  kind: 'servegen',
  options: { ...options },
  schema: serveGenWorkloadOptionsSchema,
  prompts: promptsOf(options),
  reads: [],
  generate: (material) => serveGen(options, material),
});

/** The records of a dataset file in their order. */
export const sessionsRecipe = (datasetFile: string, options: ScheduleOptions): WorkloadRecipe => ({
  kind: 'sessions',
  options: { ...options },
  schema: scheduleOptionsSchema,
  prompts: options.withText === false ? 'none' : 'tokenizer',
  reads: [datasetFile],
  generate: (material) => scheduleRecords(datasetRecords(datasetFile), options, material),
});
