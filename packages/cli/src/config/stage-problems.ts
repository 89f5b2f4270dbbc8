import { checkTargetsMeasurable, parseGoodputTargets } from '@aibrix/analysis';
import { normaliseEndpoint, resolveSettings } from '@aibrix/client';
import { parseColumns, sharedMixListsSchema, syntheticMultiturnOptionsSchema } from '@aibrix/dataset';
import type { BenchmarkConfig, Stage } from './benchmark-config.js';
import type { ConfigTree } from './config-tree.js';
import { isStreamed, multiturnOptions, serverMetricsOptions, sharedMixLists } from './library-options.js';
import { type ConfigProblem, optionProblems, thrownProblems } from './problems.js';
import { parseShard } from './shard-text.js';
import { parseStartTime } from './start-time.js';
import { everyKindOf } from './workload-configs.js';
import { workloadProblems } from './workload-problems.js';

const under = (section: string, keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).map(([option, key]) => [option, `${section}.${key}`]));

const sharedProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const keys = under('dataset_configs.synthetic_shared', {
    promptLength: 'prompt_length',
    promptStd: 'prompt_std',
    sharedProp: 'shared_prop',
    sharedPropStd: 'shared_prop_std',
    numSamples: 'num_samples',
    numPrefix: 'num_prefix',
    numDatasetConfigs: 'num_dataset_configs',
  });
  return optionProblems(sharedMixListsSchema, { ...sharedMixLists(config) }, keys);
};

const multiturnProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const keys = under('dataset_configs.synthetic_multiturn', {
    sharedPrefixTokens: 'shared_prefix_length',
    promptTokensMean: 'prompt_length',
    promptTokensStd: 'prompt_std',
    maxPromptTokens: 'max_prompt_length',
    outputTokensMean: 'output_length',
    outputTokensStd: 'output_length_std',
    turnsMean: 'num_turns',
    turnsStd: 'num_turns_std',
    sessionsMean: 'num_sessions',
    sessionsStd: 'num_sessions_std',
  });
  return optionProblems(syntheticMultiturnOptionsSchema, { ...multiturnOptions(config) }, keys);
};

/** The key that names the file to read, for kinds that have no default for it. */
const PATH_KEYS = { client_trace: 'trace', messages: 'path', csv: 'path', jsonl: 'path' } as const;

const readerProblems = (config: BenchmarkConfig, kind: keyof typeof PATH_KEYS): ConfigProblem[] => {
  const section: Readonly<Record<string, unknown>> = config.dataset_configs[kind];
  const key = PATH_KEYS[kind];
  const columns = section.columns;
  return [
    ...(section[key] ? [] : [{ path: ['dataset_configs', kind, key], message: `is needed with prompt_type ${kind}` }]),
    ...(typeof columns === 'string'
      ? thrownProblems(`dataset_configs.${kind}.columns`, () => parseColumns(columns))
      : []),
  ];
};

const datasetProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  switch (config.prompt_type) {
    case 'synthetic_multiturn':
      return multiturnProblems(config);
    case 'synthetic_shared':
      return sharedProblems(config);
    case 'sharegpt':
      return [];
    default:
      return readerProblems(config, config.prompt_type);
  }
};

const goodputProblems = (config: BenchmarkConfig, given: ConfigTree, stages: readonly Stage[]): ConfigProblem[] => {
  const { goodput_target: target } = config;
  if (target === null) return [];
  return thrownProblems('goodput_target', () => {
    const targets = parseGoodputTargets(target);
    // The default target is dropped where a run cannot measure it; one that was asked for is not.
    if (stages.includes('client') && 'goodput_target' in given) {
      checkTargetsMeasurable(targets, { isStreaming: isStreamed(config) });
    }
  });
};

/** A workload that makes its own prompts, or has none, needs no dataset made before. */
export const usesDataset = (
  { workload_type: kind, workload_configs: sections }: BenchmarkConfig,
  stages: readonly Stage[],
): boolean => {
  if (!stages.includes('workload')) return true;
  if (kind === 'agent') return false;
  return kind === 'sessions' || sections[kind].length_mode !== 'exact';
};

/** What a client could not send. */
const unsendable = (
  { workload_type: kind, workload_configs: sections }: BenchmarkConfig,
  stages: readonly Stage[],
): ConfigProblem[] => {
  const section = kind === 'agent' ? everyKindOf(sections.agent) : sections[kind];
  if (!section.no_text || !stages.includes('workload') || !stages.includes('client')) return [];
  const path = ['workload_configs', kind, 'no_text'];
  return [{ path, message: 'a workload without text cannot be sent', suggestion: 'run the stage workload alone' }];
};

const serverMetricsProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const serverMetrics = serverMetricsOptions(config);
  const only = { endpoint: 'http://localhost', model: 'any', serverMetrics };
  return thrownProblems('server_metrics', () => resolveSettings(only));
};

const clientProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const { endpoint, shard, start_at: startAt } = config;
  return [
    ...thrownProblems('endpoint', () => normaliseEndpoint(endpoint)),
    ...(shard === null ? [] : thrownProblems('shard', () => parseShard(shard))),
    ...(startAt === null ? [] : thrownProblems('start_at', () => parseStartTime(startAt))),
    ...serverMetricsProblems(config),
  ];
};

/** What keeps the given stages from running, beyond single values: checked before any of them begins. */
export const stageProblems = (
  config: BenchmarkConfig,
  given: ConfigTree,
  stages: readonly Stage[],
): ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  if (stages.includes('dataset') && usesDataset(config, stages)) problems.push(...datasetProblems(config));
  if (stages.includes('workload')) problems.push(...workloadProblems(config), ...unsendable(config, stages));
  if (stages.includes('client')) problems.push(...clientProblems(config));
  if (stages.includes('analysis')) problems.push(...goodputProblems(config, given, stages));
  return problems;
};
