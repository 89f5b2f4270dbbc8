import { checkTargetsMeasurable, parseGoodputTargets } from '@aibrix/analysis';
import { normaliseEndpoint } from '@aibrix/client';
import { sharedMixListsSchema, syntheticMultiturnOptionsSchema } from '@aibrix/dataset';
import { azureOptionsSchema, constantOptionsSchema } from '@aibrix/workload';
import { type BenchmarkConfig, BUILT_PROMPT_TYPES, BUILT_WORKLOAD_TYPES, type Stage } from './benchmark-config.js';
import type { ConfigTree } from './config-tree.js';
import { azureOptions, constantOptions, multiturnOptions, sharedMixLists } from './library-options.js';
import { type ConfigProblem, optionProblems, thrownProblems } from './problems.js';

const under = (section: string, keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).map(([option, key]) => [option, `${section}.${key}`]));

/** A kind that is known and that this version does not make. */
const kindProblems = (key: 'prompt_type' | 'workload_type', kind: string, built: readonly string[]): ConfigProblem[] =>
  built.includes(kind)
    ? []
    : [{ path: [key], message: `${kind} is not part of this version`, suggestion: `it has ${built.join(', ')}` }];

const datasetProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const unbuilt = kindProblems('prompt_type', config.prompt_type, BUILT_PROMPT_TYPES);
  if (unbuilt.length > 0) return unbuilt;
  if (config.prompt_type === 'synthetic_shared') {
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
  }
  const keys = under('dataset_configs.synthetic_multiturn', {
    sharedPrefixTokens: 'shared_prefix_length',
    promptTokensMean: 'prompt_length',
    promptTokensStd: 'prompt_std',
    maxPromptTokens: 'max_prompt_length',
    turnsMean: 'num_turns',
    turnsStd: 'num_turns_std',
    sessionsMean: 'num_sessions',
    sessionsStd: 'num_sessions_std',
  });
  return optionProblems(syntheticMultiturnOptionsSchema, { ...multiturnOptions(config) }, keys);
};

const workloadProblems = (config: BenchmarkConfig): ConfigProblem[] => {
  const unbuilt = kindProblems('workload_type', config.workload_type, BUILT_WORKLOAD_TYPES);
  if (unbuilt.length > 0) return unbuilt;
  if (config.workload_type === 'azure') {
    const section = under('workload_configs.azure', { tracePath: 'trace_path', lengthMode: 'length_mode' });
    return optionProblems(azureOptionsSchema, { ...azureOptions(config) }, { ...section, durationMs: 'duration_ms' });
  }
  if (config.duration_ms === null) {
    return [{ path: ['duration_ms'], message: 'a constant workload needs a length; null is for whole traces' }];
  }
  const section = under('workload_configs.constant', {
    targetQps: 'target_qps',
    targetPromptTokens: 'target_prompt_len',
    targetPromptTokensStd: 'target_prompt_len_std',
    targetCompletionTokens: 'target_completion_len',
    targetCompletionTokensStd: 'target_completion_len_std',
    maxConcurrentSessions: 'max_concurrent_sessions',
  });
  const options = { ...constantOptions(config) };
  return optionProblems(constantOptionsSchema, options, { ...section, durationMs: 'duration_ms' });
};

const goodputProblems = (config: BenchmarkConfig, given: ConfigTree, stages: readonly Stage[]): ConfigProblem[] => {
  const { goodput_target: target } = config;
  if (target === null) return [];
  return thrownProblems('goodput_target', () => {
    const targets = parseGoodputTargets(target);
    // The default target is dropped where a run cannot measure it; one that was asked for is not.
    if (stages.includes('client') && 'goodput_target' in given) {
      checkTargetsMeasurable(targets, { isStreaming: config.streaming_enabled });
    }
  });
};

/** A workload that makes its own prompts needs none made before. */
const usesDataset = (
  { workload_type: kind, workload_configs: sections }: BenchmarkConfig,
  stages: readonly Stage[],
): boolean =>
  !stages.includes('workload') || !(kind === 'azure' || kind === 'constant') || sections[kind].length_mode !== 'exact';

/** What keeps the given stages from running, beyond single values: checked before any of them begins. */
export const stageProblems = (
  config: BenchmarkConfig,
  given: ConfigTree,
  stages: readonly Stage[],
): ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  if (stages.includes('dataset') && usesDataset(config, stages)) problems.push(...datasetProblems(config));
  if (stages.includes('workload')) problems.push(...workloadProblems(config));
  if (stages.includes('client')) problems.push(...thrownProblems('endpoint', () => normaliseEndpoint(config.endpoint)));
  if (stages.includes('analysis')) problems.push(...goodputProblems(config, given, stages));
  return problems;
};
