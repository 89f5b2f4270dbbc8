import type { Command } from 'commander';
import { lengthMs, type NumberOrNull, nullable, number, numberOrNull } from '../flag-values.js';
import {
  type ArrivalFlags,
  addArrivalFlags,
  addDuration,
  addIgnoredInterval,
  addPromptChoiceFlags,
  addWorkloadFlags,
  arrivalOptions,
  make,
  type PromptChoiceFlags,
  promptChoiceOptions,
} from './workload-flags.js';

interface ConstantFlags extends PromptChoiceFlags, ArrivalFlags {
  durationMs: NumberOrNull;
  targetQps: number;
  targetPromptLen: NumberOrNull;
  targetPromptLenStd: number;
  targetCompletionLen: NumberOrNull;
  targetCompletionLenStd: number;
}

const run = async (flags: ConstantFlags): Promise<void> => {
  const { constantRecipe } = await import('../../pipeline/workload-recipe.js');
  await make(
    flags,
    constantRecipe({
      ...promptChoiceOptions(flags),
      ...arrivalOptions(flags),
      targetQps: flags.targetQps,
      durationMs: lengthMs(flags.durationMs),
      targetPromptTokens: nullable(flags.targetPromptLen),
      targetPromptTokensStd: flags.targetPromptLenStd,
      targetCompletionTokens: nullable(flags.targetCompletionLen),
      targetCompletionTokensStd: flags.targetCompletionLenStd,
      maxConcurrentSessions: flags.maxConcurrentSessions,
    }),
  );
};

export const addConstant = (parent: Command): void => {
  const command = parent
    .command('constant')
    .description('a constant mean rate')
    .option('--target-qps <rate>', 'requests per second', number, 1)
    .option('--target-prompt-len <tokens>', 'mean prompt length; null: any prompt', numberOrNull, null)
    .option('--target-prompt-len-std <tokens>', 'standard deviation of that', number, 0)
    .option('--target-completion-len <tokens>', 'mean output length; null: as the dataset says', numberOrNull, null)
    .option('--target-completion-len-std <tokens>', 'standard deviation of that', number, 0)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload constant --prompt-file prompts.jsonl --tokenizer o200k_base --target-qps 5 --duration-ms 30000 --output-dir out',
    )
    .action(run);
  addWorkloadFlags(addPromptChoiceFlags(addArrivalFlags(addIgnoredInterval(addDuration(command)))));
};
