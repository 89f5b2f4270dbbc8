import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import type { ArrivalOptions, RequestOptions } from '@aibrix/workload';
import { type Command, Option } from 'commander';
import type { MixSettings } from '../../pipeline/mix-workload.js';
import type { WorkloadRecipe } from '../../pipeline/workload-recipe.js';
import { addCommonFlags, type CommonFlags } from '../common-flags.js';
import { type NumberOrNull, number, numberOrNull, whole, words } from '../flag-values.js';
import { addPromptFlags, type PromptFlags, promptSettings } from '../prompt-flags.js';
import { printJson, withContext } from '../with-context.js';

/** Flags of every kind of workload. */
export interface WorkloadFlags extends CommonFlags, PromptFlags {
  outputDir: string;
  charts: string[];
  text: boolean;
  cacheFigures: boolean;
  maxRequests?: number | undefined;
  modelMix?: string | undefined;
  userMix?: string | undefined;
  users?: number | undefined;
  userSkew?: number | undefined;
}

/** Flags of kinds whose prompts may be chosen from a dataset. */
export interface PromptChoiceFlags extends WorkloadFlags {
  promptFile?: string | undefined;
  lengthMode: 'match' | 'exact';
  maxConcurrentSessions: number | null;
}

/** Flags of kinds whose times are drawn. */
export interface ArrivalFlags {
  arrivals: 'poisson' | 'constant' | 'gamma' | 'weibull';
  burstiness?: number | undefined;
}

/** Adds what every command has that writes a workload. */
export const addWorkloadFlags = (command: Command): Command =>
  addCommonFlags(
    addPromptFlags(command)
      .option('--no-text', 'lengths alone, for statistics and planning: cannot be sent')
      .option('--no-cache-figures', 'do not find out what a prefix cache would find')
      .option('--max-requests <n>', 'end after so many requests', whole)
      .option('--model-mix <list>', 'models to ask, with weights: base=3,lora-a=1')
      .option('--user-mix <list>', 'users, with weights: alice=3,bob=1')
      .option('--users <n>', 'so many users, user-0 and up, the first the busiest', whole)
      .option('--user-skew <s>', 'with --users: exponent of Zipf’s law (default 1; 0: all alike)', number)
      .option('--charts <formats>', 'charts beside the file: svg,png,pdf,html, or none', words, ['pdf'])
      .addOption(new Option('--output-format <format>', 'one JSON object a line').choices(['jsonl']).default('jsonl'))
      .requiredOption('--output-dir <folder>', 'where workload.jsonl, its manifest and its charts are written'),
  );

/** Adds how a request gets its prompt. */
export const addPromptChoiceFlags = (command: Command, byDefault: 'match' | 'exact' = 'match'): Command =>
  command
    .option('--prompt-file <file>', 'dataset to choose prompts from')
    .addOption(
      new Option('--length-mode <mode>', 'choose prompts of about the lengths, or make them exactly')
        .choices(['match', 'exact'])
        .default(byDefault),
    )
    .option(
      '--max-concurrent-sessions <n>',
      'sessions whose next prompt may be chosen; traces use prompts one by one',
      whole,
      1,
    );

export const addArrivalFlags = (command: Command): Command =>
  command
    .addOption(
      new Option('--arrivals <process>', 'gaps: exponential, equal, or of a shape')
        .choices(['poisson', 'constant', 'gamma', 'weibull'])
        .default('poisson'),
    )
    .option('--burstiness <shape>', 'of gamma or weibull gaps: 1 is Poisson, less comes in bursts', number);

/** For the Python tool's command lines, where a kind has no use for it. */
export const addIgnoredInterval = (command: Command): Command =>
  command.option(
    '--interval-ms <ms>',
    'kept for the Python tool’s command lines; requests have their own times',
    number,
    1000,
  );

export const addDuration = (command: Command, byDefault: NumberOrNull = 60_000): Command =>
  command.option('--duration-ms <ms>', 'length of the workload; null: the whole trace', numberOrNull, byDefault);

const mixOf = (flags: WorkloadFlags): MixSettings => ({
  models: flags.modelMix,
  users: flags.userMix,
  userCount: flags.users,
  userSkew: flags.userSkew,
  seed: flags.seed ?? 0,
});

/** Options of the libraries that every kind has. */
const requestOptions = (
  flags: WorkloadFlags,
): Pick<RequestOptions, 'seed' | 'withText' | 'cacheFigures' | 'maxRequests'> => ({
  seed: flags.seed,
  withText: flags.text,
  cacheFigures: flags.cacheFigures,
  maxRequests: flags.maxRequests ?? null,
});

export const promptChoiceOptions = (flags: PromptChoiceFlags): RequestOptions => ({
  ...requestOptions(flags),
  lengthMode: flags.lengthMode,
});

export const arrivalOptions = (flags: ArrivalFlags): ArrivalOptions => ({
  arrivals: flags.arrivals,
  burstiness: flags.burstiness ?? null,
});

/** Makes the workload of a recipe. */
export const make = async (
  flags: WorkloadFlags & Partial<Pick<PromptChoiceFlags, 'promptFile'>>,
  recipe: WorkloadRecipe,
): Promise<void> => {
  if (recipe.prompts === 'dataset' && flags.text && flags.promptFile === undefined) {
    throw new BenchmarkError('usage', '--prompt-file is needed with --length-mode match', {
      hint: 'Make one with `aibrix dataset`, or use --length-mode exact.',
    });
  }
  const { chartFormats } = await import('../../pipeline/workload-chart.js');
  const charts = chartFormats(flags.charts);
  const { makeWorkload } = await import('../../pipeline/make-workload.js');
  const { Prompts } = await import('../../pipeline/prompts.js');
  await withContext(flags, async (context) => {
    const prompts = new Prompts(promptSettings(flags), context);
    const manifest = await makeWorkload(
      recipe,
      {
        datasetFile: flags.promptFile,
        outputFile: join(flags.outputDir, 'workload.jsonl'),
        charts,
        cacheFigures: flags.cacheFigures,
        mix: mixOf(flags),
      },
      prompts,
      context,
    );
    if (flags.json) printJson(manifest);
    return 0;
  });
};
