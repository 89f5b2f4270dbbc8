import { BenchmarkError } from '@aibrix/core/errors';
import type { SharedMixLists } from '@aibrix/dataset';
import { type Command, Option } from 'commander';
import { number, whole } from '../flag-values.js';
import { addPromptFlags, type PromptFlags, promptSettings } from '../prompt-flags.js';
import { addOutputFlags, make, type OutputFlags } from './dataset-flags.js';

interface SharedFlags extends OutputFlags, PromptFlags {
  promptLength?: string | undefined;
  promptLengthStd?: string | undefined;
  sharedProportion?: string | undefined;
  sharedProportionStd?: string | undefined;
  numSamplesPerPrefix?: string | undefined;
  numPrefix?: string | undefined;
  numConfigs?: number | undefined;
  preset?: string | undefined;
  appName?: string | undefined;
  randomizeOrder: boolean;
  toWorkload: boolean;
  rps?: number | undefined;
}

/** What the lists are where neither a flag nor a preset says. */
const DEFAULT_LISTS = {
  promptLength: '3997,5868,2617',
  promptStd: '17,28,1338',
  sharedProp: '0.95,0.97,0.03',
  sharedPropStd: '0.00001,0.00001,0.00001',
  numSamples: '12,8,79',
  numPrefix: '1,1,1',
} satisfies SharedMixLists;

const listsOfPreset = async (name: string): Promise<SharedMixLists> => {
  const { sharedPreset } = await import('@aibrix/dataset');
  const mix = sharedPreset(name);
  return {
    promptLength: mix.promptTokensMean,
    promptStd: mix.promptTokensStd,
    sharedProp: mix.sharedProportion,
    sharedPropStd: mix.sharedProportionStd,
    numSamples: mix.samplesPerPrefix,
    numPrefix: mix.prefixes,
  };
};

const scheduleOf = (
  flags: SharedFlags,
): { recordsPerSecond: number; seed: number | string | undefined } | undefined => {
  const { toWorkload, rps, seed } = flags;
  if (toWorkload && rps !== undefined) return { recordsPerSecond: rps, seed };
  if (toWorkload) {
    throw new BenchmarkError('usage', '--to-workload needs a rate', {
      hint: 'For example --rps 5, requests a second.',
    });
  }
  if (rps === undefined) return undefined;
  throw new BenchmarkError('usage', '--rps is for a workload, and a dataset has no times', {
    hint: 'Add --to-workload, or leave --rps away.',
  });
};

const run = async (flags: SharedFlags): Promise<void> => {
  const schedule = scheduleOf(flags);
  const { sharedMixesFromLists } = await import('@aibrix/dataset');
  const lists = flags.preset === undefined ? DEFAULT_LISTS : await listsOfPreset(flags.preset);
  const mixes = sharedMixesFromLists({
    promptLength: flags.promptLength ?? lists.promptLength,
    promptStd: flags.promptLengthStd ?? lists.promptStd,
    sharedProp: flags.sharedProportion ?? lists.sharedProp,
    sharedPropStd: flags.sharedProportionStd ?? lists.sharedPropStd,
    numSamples: flags.numSamplesPerPrefix ?? lists.numSamples,
    numPrefix: flags.numPrefix ?? lists.numPrefix,
    numDatasetConfigs: flags.numConfigs,
  });
  const appName = flags.appName ?? flags.preset;
  await make(flags, promptSettings(flags), {
    kind: 'synthetic_shared',
    options: { seed: flags.seed, mixes, randomizeOrder: flags.randomizeOrder, appName },
    schedule,
  });
};

const listFlag = (flags: string, description: string, byDefault: string): Option =>
  new Option(flags, `${description} (default "${byDefault}", or the preset’s)`);

export const addSyntheticShared = (parent: Command): void => {
  const command = parent
    .command('synthetic-shared')
    .description('prompts that share prefixes; each list has one item a mix')
    .addOption(listFlag('--prompt-length <list>', 'mean tokens of a prompt', DEFAULT_LISTS.promptLength))
    .addOption(listFlag('--prompt-length-std <list>', 'standard deviation of that', DEFAULT_LISTS.promptStd))
    .addOption(
      listFlag('--shared-proportion <list>', 'share of a prompt that is its prefix, 0 to 1', DEFAULT_LISTS.sharedProp),
    )
    .addOption(listFlag('--shared-proportion-std <list>', 'standard deviation of that', DEFAULT_LISTS.sharedPropStd))
    .addOption(listFlag('--num-samples-per-prefix <list>', 'prompts that share each prefix', DEFAULT_LISTS.numSamples))
    .addOption(listFlag('--num-prefix <list>', 'prefixes of the mix', DEFAULT_LISTS.numPrefix))
    .option('--num-configs <n>', 'number of mixes (default: the length of the lists)', whole)
    .option(
      '--preset <name>',
      'shape of a published workload: toolbench, embodied-agent, programming, video-qa, loogle',
    )
    .option('--app-name <name>', 'what the dataset is called in its statistics (default: the preset)')
    .addOption(new Option('--randomize-order', 'prompts in random order, not mix by mix').default(false))
    .addOption(new Option('--to-workload', 'write a workload, with Poisson arrivals').default(false))
    .option('--rps <rate>', 'with --to-workload: mean requests per second', number)
    .addHelpText(
      'after',
      `
Examples:
  $ aibrix dataset synthetic-shared --tokenizer o200k_base --prompt-length 2000 --prompt-length-std 100 \\
      --shared-proportion 0.8 --shared-proportion-std 0.05 --num-samples-per-prefix 20 --num-prefix 5 -o prompts.jsonl
  $ aibrix dataset synthetic-shared --tokenizer o200k_base --preset toolbench --randomize-order \\
      --to-workload --rps 4 -o workload.jsonl`,
    )
    .action(run);
  addOutputFlags(addPromptFlags(command));
};
