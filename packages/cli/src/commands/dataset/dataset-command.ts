import { STDIO } from '@aibrix/core/files';
import { type Command, Option } from 'commander';
import type { DatasetKind } from '../pipeline/make-dataset.js';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { type NumberOrNull, nullable, number, numberOrNull, whole } from './flag-values.js';
import { printJson, withContext } from './with-context.js';

interface DatasetFlags extends CommonFlags {
  tokenizer: string;
  output: string;
}

interface MultiturnFlags extends DatasetFlags {
  sharedPrefixLen: number;
  promptLengthMean: number;
  promptLengthStd: number;
  maxPromptLength: NumberOrNull;
  numTurnsMean: number;
  numTurnsStd: number;
  numSessionsMean: number;
  numSessionsStd: number;
}

interface SharedFlags extends DatasetFlags {
  promptLength: string;
  promptLengthStd: string;
  sharedProportion: string;
  sharedProportionStd: string;
  numSamplesPerPrefix: string;
  numPrefix: string;
  numConfigs?: number | undefined;
  randomizeOrder: boolean;
}

/** The tokenizer of the Python tool's separate commands. */
export const COMMAND_TOKENIZER = 'Qwen/Qwen2.5-Coder-7B-Instruct';

const make = async (flags: DatasetFlags, dataset: DatasetKind): Promise<void> => {
  const { makeDataset } = await import('../pipeline/make-dataset.js');
  const { Prompts } = await import('../pipeline/context.js');
  await withContext(flags, async (context) => {
    const prompts = new Prompts(flags.tokenizer, flags.seed ?? 0, context);
    const manifest = await makeDataset(dataset, flags.output, prompts, context);
    // Stdout is taken when the dataset goes there.
    if (flags.json && flags.output !== STDIO) printJson(manifest);
    return 0;
  });
};

const addFileFlags = (command: Command): Command =>
  addCommonFlags(
    command
      .option('--tokenizer <name>', 'o200k_base, cl100k_base, a path, or a Hugging Face id', COMMAND_TOKENIZER)
      .requiredOption('-o, --output <file>', 'dataset file (.jsonl, .gz, .zst), or - for stdout'),
  );

const addMultiturn = (parent: Command): void => {
  const command = parent
    .command('synthetic-multiturn')
    .description('conversations: sessions of several prompts')
    .option('--shared-prefix-len <tokens>', 'text put before the first prompt of every session', whole, 0)
    .option('--prompt-length-mean <tokens>', 'mean length of a prompt', number, 80)
    .option('--prompt-length-std <tokens>', 'standard deviation of that (Pareto)', number, 472)
    .option('--max-prompt-length <tokens>', 'longest prompt', numberOrNull, null)
    .option('--num-turns-mean <n>', 'mean prompts of a session', number, 3.55)
    .option('--num-turns-std <n>', 'standard deviation of that', number, 2.89)
    .option('--num-sessions-mean <n>', 'mean number of sessions', number, 1000)
    .option('--num-sessions-std <n>', 'standard deviation of that', number, 1)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset synthetic-multiturn --tokenizer o200k_base --num-sessions-mean 50 -o prompts.jsonl',
    )
    .action((flags: MultiturnFlags) =>
      make(flags, {
        kind: 'synthetic_multiturn',
        options: {
          seed: flags.seed,
          sharedPrefixTokens: flags.sharedPrefixLen,
          promptTokensMean: flags.promptLengthMean,
          promptTokensStd: flags.promptLengthStd,
          maxPromptTokens: nullable(flags.maxPromptLength),
          turnsMean: flags.numTurnsMean,
          turnsStd: flags.numTurnsStd,
          sessionsMean: flags.numSessionsMean,
          sessionsStd: flags.numSessionsStd,
        },
      }),
    );
  addFileFlags(command);
};

const makeShared = async (flags: SharedFlags): Promise<void> => {
  const { sharedMixesFromLists } = await import('@aibrix/dataset');
  const mixes = sharedMixesFromLists({
    promptLength: flags.promptLength,
    promptStd: flags.promptLengthStd,
    sharedProp: flags.sharedProportion,
    sharedPropStd: flags.sharedProportionStd,
    numSamples: flags.numSamplesPerPrefix,
    numPrefix: flags.numPrefix,
    numDatasetConfigs: flags.numConfigs,
  });
  const options = { seed: flags.seed, mixes, randomizeOrder: flags.randomizeOrder };
  await make(flags, { kind: 'synthetic_shared', options });
};

const addShared = (parent: Command): void => {
  const command = parent
    .command('synthetic-shared')
    .description('prompts that share prefixes; each list has one item a mix')
    .option('--prompt-length <list>', 'mean tokens of a prompt', '3997,5868,2617')
    .option('--prompt-length-std <list>', 'standard deviation of that', '17,28,1338')
    .option('--shared-proportion <list>', 'share of a prompt that is its prefix, 0 to 1', '0.95,0.97,0.03')
    .option('--shared-proportion-std <list>', 'standard deviation of that', '0.00001,0.00001,0.00001')
    .option('--num-samples-per-prefix <list>', 'prompts that share each prefix', '12,8,79')
    .option('--num-prefix <list>', 'prefixes of the mix', '1,1,1')
    .option('--num-configs <n>', 'number of mixes (default: the length of the lists)', whole)
    .addOption(new Option('--randomize-order', 'prompts in random order, not mix by mix').default(false))
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset synthetic-shared --tokenizer o200k_base --prompt-length 2000 --prompt-length-std 100 \\\n      --shared-proportion 0.8 --shared-proportion-std 0.05 --num-samples-per-prefix 20 --num-prefix 5 -o prompts.jsonl',
    )
    .action(makeShared);
  addFileFlags(command);
};

export const addDatasetCommand = (program: Command): void => {
  const command = program.command('dataset').description('make prompts');
  addMultiturn(command);
  addShared(command);
};
