import type { RateDescription } from '@aibrix/workload';
import type { Command } from 'commander';
import { lengthMs, type NumberOrNull, number } from '../flag-values.js';
import {
  type ArrivalFlags,
  addArrivalFlags,
  addDuration,
  addPromptChoiceFlags,
  addWorkloadFlags,
  arrivalOptions,
  make,
  type PromptChoiceFlags,
  promptChoiceOptions,
} from './workload-flags.js';

interface SyntheticFlags extends PromptChoiceFlags, ArrivalFlags {
  durationMs: NumberOrNull;
  intervalMs: number;
  trafficPattern?: string | undefined;
  promptLenPattern?: string | undefined;
  completionLenPattern?: string | undefined;
  trafficPatternConfig?: string | undefined;
  promptLenPatternConfig?: string | undefined;
  completionLenPatternConfig?: string | undefined;
  trafficMean?: number | undefined;
  promptLenMean?: number | undefined;
  completionLenMean?: number | undefined;
}

const run = async (flags: SyntheticFlags): Promise<void> => {
  const { chosenPattern, chosenTraffic } = await import('../../pipeline/chosen-pattern.js');
  const { syntheticRecipe } = await import('../../pipeline/workload-recipe.js');
  const traffic: Awaited<ReturnType<typeof chosenTraffic>> | RateDescription = await chosenTraffic({
    preset: flags.trafficPattern,
    file: flags.trafficPatternConfig,
    mean: flags.trafficMean,
  });
  await make(
    flags,
    syntheticRecipe({
      ...promptChoiceOptions(flags),
      ...arrivalOptions(flags),
      intervalMs: flags.intervalMs,
      durationMs: lengthMs(flags.durationMs),
      maxConcurrentSessions: flags.maxConcurrentSessions,
      traffic,
      promptLength: await chosenPattern('prompt_length', {
        preset: flags.promptLenPattern,
        file: flags.promptLenPatternConfig,
        mean: flags.promptLenMean,
      }),
      outputLength: await chosenPattern('output_length', {
        preset: flags.completionLenPattern,
        file: flags.completionLenPatternConfig,
        mean: flags.completionLenMean,
      }),
    }),
  );
};

const PRESETS =
  'constant, quick_rising, slow_rising, slight_fluctuation, severe_fluctuation, high_fast, high_slow, low_fast, low_slow';

export const addSynthetic = (parent: Command): void => {
  const command = parent
    .command('synthetic')
    .description('a rate and lengths that go up and down')
    .option('--interval-ms <ms>', 'how long a value of a pattern holds', number, 1000)
    .option('--traffic-pattern <preset>', `requests per second: ${PRESETS} (default slow_rising)`)
    .option('--prompt-len-pattern <preset>', 'tokens of a prompt, or none (default severe_fluctuation)')
    .option('--completion-len-pattern <preset>', 'tokens of an answer, or none (default slight_fluctuation)')
    .option('--traffic-pattern-config <file>', 'JSON or YAML: a pattern, or a rate such as a ramp')
    .option('--prompt-len-pattern-config <file>', 'the same for prompts')
    .option('--completion-len-pattern-config <file>', 'the same for answers')
    .option('--traffic-mean <rate>', 'mean of the traffic, in place of the preset’s or the file’s', number)
    .option('--prompt-len-mean <tokens>', 'mean prompt length, likewise', number)
    .option('--completion-len-mean <tokens>', 'mean output length, likewise', number)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload synthetic --length-mode exact --tokenizer o200k_base --traffic-pattern severe_fluctuation \\\n      --traffic-mean 4 --prompt-len-mean 300 --completion-len-mean 50 --duration-ms 60000 --output-dir out',
    )
    .action(run);
  addWorkloadFlags(addPromptChoiceFlags(addArrivalFlags(addDuration(command))));
};
