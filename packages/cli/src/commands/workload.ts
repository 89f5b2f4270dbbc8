import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { type Command, Option } from 'commander';
import type { WorkloadKind } from '../pipeline/make-workload.js';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { type NumberOrNull, nullable, number, numberOrNull, whole } from './flag-values.js';
import { addPromptFlags, type PromptFlags, promptSettings } from './prompt-flags.js';
import { printJson, withContext } from './with-context.js';

interface WorkloadFlags extends CommonFlags, PromptFlags {
  promptFile?: string | undefined;
  outputDir: string;
  lengthMode: 'match' | 'exact';
  durationMs: NumberOrNull;
}

interface ConstantFlags extends WorkloadFlags {
  targetQps: number;
  targetPromptLen: NumberOrNull;
  targetPromptLenStd: number;
  targetCompletionLen: NumberOrNull;
  targetCompletionLenStd: number;
  maxConcurrentSessions: number | null;
  arrivals: 'poisson' | 'constant';
}

interface AzureFlags extends WorkloadFlags {
  trafficFile: string;
}

const make = async (flags: WorkloadFlags, workload: WorkloadKind): Promise<void> => {
  if (flags.lengthMode === 'match' && flags.promptFile === undefined) {
    throw new BenchmarkError('usage', '--prompt-file is needed with --length-mode match', {
      hint: 'Make one with `aibrix dataset`, or use --length-mode exact.',
    });
  }
  const { makeWorkload } = await import('../pipeline/make-workload.js');
  const { Prompts } = await import('../pipeline/prompts.js');
  await withContext(flags, async (context) => {
    const prompts = new Prompts(promptSettings(flags), context);
    const files = { datasetFile: flags.promptFile, outputFile: join(flags.outputDir, 'workload.jsonl') };
    const manifest = await makeWorkload(workload, files, prompts, context);
    if (flags.json) printJson(manifest);
    return 0;
  });
};

const addSharedFlags = (command: Command): Command =>
  addCommonFlags(
    addPromptFlags(command.option('--prompt-file <file>', 'dataset to choose prompts from'))
      .addOption(
        new Option('--length-mode <mode>', 'choose prompts of about the lengths, or make them exactly')
          .choices(['match', 'exact'])
          .default('match'),
      )
      .option(
        '--max-concurrent-sessions <n>',
        'sessions whose next prompt may be chosen; traces use prompts one by one',
        whole,
        1,
      )
      .addOption(new Option('--output-format <format>', 'one JSON object a line').choices(['jsonl']).default('jsonl'))
      .requiredOption('--output-dir <folder>', 'where workload.jsonl and its manifest are written'),
  );

const addConstant = (parent: Command): void => {
  const command = parent
    .command('constant')
    .description('a constant mean rate')
    .option('--target-qps <rate>', 'requests per second', number, 1)
    .option('--duration-ms <ms>', 'length of the workload', number, 60_000)
    .option('--target-prompt-len <tokens>', 'mean prompt length; null: any prompt', numberOrNull, null)
    .option('--target-prompt-len-std <tokens>', 'standard deviation of that', number, 0)
    .option('--target-completion-len <tokens>', 'mean output length; null: as the dataset says', numberOrNull, null)
    .option('--target-completion-len-std <tokens>', 'standard deviation of that', number, 0)
    .addOption(
      new Option('--arrivals <process>', 'exponential gaps, or equal ones')
        .choices(['poisson', 'constant'])
        .default('poisson'),
    )
    .option(
      '--interval-ms <ms>',
      'kept for the Python tool’s command lines; requests have their own times',
      number,
      1000,
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload constant --prompt-file prompts.jsonl --tokenizer o200k_base --target-qps 5 --duration-ms 30000 --output-dir out',
    )
    .action((flags: ConstantFlags) =>
      make(flags, {
        kind: 'constant',
        options: {
          seed: flags.seed,
          targetQps: flags.targetQps,
          durationMs: nullable(flags.durationMs) ?? undefined,
          targetPromptTokens: nullable(flags.targetPromptLen),
          targetPromptTokensStd: flags.targetPromptLenStd,
          targetCompletionTokens: nullable(flags.targetCompletionLen),
          targetCompletionTokensStd: flags.targetCompletionLenStd,
          maxConcurrentSessions: flags.maxConcurrentSessions,
          arrivals: flags.arrivals,
          lengthMode: flags.lengthMode,
        },
      }),
    );
  addSharedFlags(command);
};

const addAzure = (parent: Command): void => {
  const command = parent
    .command('azure')
    .description('the Azure LLM inference trace, each request at its own time')
    .requiredOption('--traffic-file <file>', 'CSV file of the trace')
    .option('--duration-ms <ms>', 'cut the trace here; null: the whole of it', numberOrNull, 60_000)
    .option(
      '--interval-ms <ms>',
      'kept for the Python tool’s command lines; requests have their own times',
      number,
      1000,
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload azure --traffic-file AzureLLMInferenceTrace_conv.csv --duration-ms null \\\n      --length-mode exact --tokenizer o200k_base --output-dir out',
    )
    .action((flags: AzureFlags) =>
      make(flags, {
        kind: 'azure',
        options: {
          seed: flags.seed,
          tracePath: flags.trafficFile,
          durationMs: nullable(flags.durationMs),
          lengthMode: flags.lengthMode,
        },
      }),
    );
  addSharedFlags(command);
};

export const addWorkloadCommand = (program: Command): void => {
  const command = program.command('workload').description('lay out when prompts are sent');
  addConstant(command);
  addAzure(command);
};
