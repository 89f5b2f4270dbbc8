import type { Command } from 'commander';
import { type NumberOrNull, nullable, number, numberOrNull, whole } from '../flag-values.js';
import { addPromptFlags, type PromptFlags, promptSettings } from '../prompt-flags.js';
import { addOutputFlags, make, type OutputFlags } from './dataset-flags.js';

interface MultiturnFlags extends OutputFlags, PromptFlags {
  sharedPrefixLen: number;
  promptLengthMean: number;
  promptLengthStd: number;
  maxPromptLength: NumberOrNull;
  outputLengthMean: NumberOrNull;
  outputLengthStd: number;
  numTurnsMean: number;
  numTurnsStd: number;
  numSessionsMean: number;
  numSessionsStd: number;
}

export const addSyntheticMultiturn = (parent: Command): void => {
  const command = parent
    .command('synthetic-multiturn')
    .description('conversations: sessions of several prompts')
    .option('--shared-prefix-len <tokens>', 'text put before the first prompt of every session', whole, 0)
    .option('--prompt-length-mean <tokens>', 'mean length of a prompt', number, 80)
    .option('--prompt-length-std <tokens>', 'standard deviation of that (Pareto)', number, 472)
    .option('--max-prompt-length <tokens>', 'longest prompt, the shared prefix not counted', numberOrNull, null)
    .option('--output-length-mean <tokens>', 'mean length of the answers to ask for; null: none', numberOrNull, null)
    .option('--output-length-std <tokens>', 'standard deviation of that', number, 0)
    .option('--num-turns-mean <n>', 'mean prompts of a session', number, 3.55)
    .option('--num-turns-std <n>', 'standard deviation of that', number, 2.89)
    .option('--num-sessions-mean <n>', 'mean number of sessions', number, 1000)
    .option('--num-sessions-std <n>', 'standard deviation of that', number, 1)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset synthetic-multiturn --tokenizer o200k_base --num-sessions-mean 50 -o prompts.jsonl',
    )
    .action((flags: MultiturnFlags) =>
      make(flags, promptSettings(flags), {
        kind: 'synthetic_multiturn',
        options: {
          seed: flags.seed,
          sharedPrefixTokens: flags.sharedPrefixLen,
          promptTokensMean: flags.promptLengthMean,
          promptTokensStd: flags.promptLengthStd,
          maxPromptTokens: nullable(flags.maxPromptLength),
          outputTokensMean: nullable(flags.outputLengthMean),
          outputTokensStd: flags.outputLengthStd,
          turnsMean: flags.numTurnsMean,
          turnsStd: flags.numTurnsStd,
          sessionsMean: flags.numSessionsMean,
          sessionsStd: flags.numSessionsStd,
        },
      }),
    );
  addOutputFlags(addPromptFlags(command));
};
