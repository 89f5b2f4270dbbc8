import type { BenchmarkConfig } from '../config/benchmark-config.js';
import { everyKindOf } from '../config/workload-configs.js';
import { type ChosenPatterns, recipeOf } from '../config/workload-options.js';
import { chosenPattern, chosenTraffic } from './chosen-pattern.js';
import type { MixSettings } from './mix-workload.js';
import type { WorkloadRecipe } from './workload-recipe.js';

/** What the pattern files of the Python tool are by default. */
const PATTERN_WITHOUT_FILE = 'high_slow';

const patternsOf = async ({ workload_configs: sections }: BenchmarkConfig): Promise<ChosenPatterns> => {
  const section = sections.synthetic;
  const { preset_patterns: presets, pattern_files: files } = section;
  const choice = (preset: string, file: string | null, mean: number | null) => ({
    preset: section.use_preset_pattern ? preset : PATTERN_WITHOUT_FILE,
    file: section.use_preset_pattern ? undefined : (file ?? undefined),
    mean: mean ?? undefined,
  });
  return {
    traffic: await chosenTraffic(choice(presets.traffic_pattern, files.traffic_file, section.traffic_mean)),
    promptLength: await chosenPattern(
      'prompt_length',
      choice(presets.prompt_len_pattern, files.prompt_len_file, section.prompt_len_mean),
    ),
    outputLength: await chosenPattern(
      'output_length',
      choice(presets.completion_len_pattern, files.completion_len_file, section.completion_len_mean),
    ),
  };
};

/** The recipe of the workload that a config names. Pattern files are read. */
export const configuredRecipe = async (config: BenchmarkConfig): Promise<WorkloadRecipe> =>
  recipeOf(config, config.workload_type === 'synthetic' ? await patternsOf(config) : undefined);

/** What every kind has besides its recipe. */
export interface WorkloadExtras {
  mix: MixSettings;
  charts: readonly string[];
  cacheFigures: boolean;
}

/** Settings of the chosen kind that are no options of the library. */
export const workloadExtras = (config: BenchmarkConfig): WorkloadExtras => {
  const { workload_type: kind, workload_configs: sections, seed } = config;
  const section = kind === 'agent' ? everyKindOf(sections.agent) : sections[kind];
  const { model_mix, user_mix, users, user_skew, charts, cache_figures } = section;
  return {
    mix: {
      models: model_mix ?? undefined,
      users: user_mix ?? undefined,
      userCount: users ?? undefined,
      userSkew: user_skew ?? undefined,
      seed,
    },
    charts: charts.split(',').map((format) => format.trim()),
    cacheFigures: cache_figures,
  };
};
