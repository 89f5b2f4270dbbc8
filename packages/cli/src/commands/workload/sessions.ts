import type { Command } from 'commander';
import { fileName, type NumberOrNull, nullable, number } from '../flag-values.js';
import {
  type ArrivalFlags,
  addArrivalFlags,
  addDuration,
  addWorkloadFlags,
  arrivalOptions,
  make,
  type WorkloadFlags,
} from './workload-flags.js';

interface SessionsFlags extends WorkloadFlags, ArrivalFlags {
  promptFile: string;
  sessionsPerSecond: number;
  durationMs: NumberOrNull;
  thinkTime?: string | undefined;
}

const run = async (flags: SessionsFlags): Promise<void> => {
  const { parseThinkTime } = await import('@aibrix/workload');
  const { sessionsRecipe } = await import('../../pipeline/workload-recipe.js');
  await make(
    flags,
    sessionsRecipe(flags.promptFile, {
      seed: flags.seed,
      ...arrivalOptions(flags),
      recordsPerSecond: flags.sessionsPerSecond,
      durationMs: nullable(flags.durationMs),
      maxRequests: flags.maxRequests ?? null,
      thinkTime: flags.thinkTime === undefined ? null : parseThinkTime(flags.thinkTime),
      withText: flags.text,
    }),
  );
};

export const addSessions = (parent: Command): void => {
  const command = parent
    .command('sessions')
    .description('the sessions of a dataset in their order, each turn a think time after the answer before')
    .requiredOption('--prompt-file <file>', 'dataset of sessions (or of single prompts)', fileName)
    .option('--sessions-per-second <rate>', 'mean rate at which sessions start', number, 1)
    .option(
      '--think-time <spec>',
      'milliseconds before a later turn: 2000, 500-1500, exponential:2000, lognormal:2000,0.8 (median, sigma), gamma:2000,4 (mean, shape)',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload sessions --prompt-file multiturn.jsonl --sessions-per-second 0.5 --think-time lognormal:4000,0.8 \\\n      --duration-ms null --tokenizer o200k_base --output-dir out',
    )
    .action(run);
  addWorkloadFlags(addArrivalFlags(addDuration(command)));
};
