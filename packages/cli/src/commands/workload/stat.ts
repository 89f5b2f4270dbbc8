import { type Command, Option } from 'commander';
import { type NumberOrNull, nullable, number } from '../flag-values.js';
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

interface StatFlags extends PromptChoiceFlags, ArrivalFlags {
  durationMs: NumberOrNull;
  trafficFile: string;
  promptLenFile?: string | undefined;
  completionLenFile?: string | undefined;
  statTraceType: 'maas' | 'cloudide' | 'general';
  columns?: string | undefined;
  qpsScale: number;
  inputScale: number;
  outputScale: number;
  fluctuation: 'poisson' | 'none';
}

const run = async (flags: StatFlags): Promise<void> => {
  const { statRecipe } = await import('../../pipeline/workload-recipe.js');
  await make(
    flags,
    statRecipe({
      ...promptChoiceOptions(flags),
      ...arrivalOptions(flags),
      durationMs: nullable(flags.durationMs),
      trafficFile: flags.trafficFile,
      promptLenFile: flags.promptLenFile,
      completionLenFile: flags.completionLenFile,
      traceType: flags.statTraceType,
      columns: flags.columns,
      qpsScale: flags.qpsScale,
      inputScale: flags.inputScale,
      outputScale: flags.outputScale,
      fluctuation: flags.fluctuation,
    }),
  );
};

export const addStat = (parent: Command): void => {
  const command = parent
    .command('stat')
    .description('rates and lengths of metrics that were exported from monitoring')
    .requiredOption('--traffic-file <file>', 'CSV with the rate of each time step')
    .option('--prompt-len-file <file>', 'CSV with percentiles of prompt lengths')
    .option('--completion-len-file <file>', 'CSV with percentiles of output lengths')
    .addOption(
      new Option('--stat-trace-type <kind>', 'which export it is')
        .choices(['maas', 'cloudide', 'general'])
        .default('maas'),
    )
    .option('--columns <list>', 'which column holds what: rate=…,prompt_p50=…,output_mean=…')
    .option('--qps-scale <factor>', 'divide every rate', number, 1)
    .option('--input-scale <factor>', 'divide every prompt length', number, 1)
    .option('--output-scale <factor>', 'divide every output length', number, 1)
    .addOption(
      new Option('--fluctuation <kind>', 'rates within a step: drawn second by second, or steady')
        .choices(['poisson', 'none'])
        .default('poisson'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload stat --traffic-file traffic.csv --prompt-len-file prompt.csv --completion-len-file output.csv \\\n      --duration-ms null --length-mode exact --tokenizer o200k_base --output-dir out',
    )
    .action(run);
  addWorkloadFlags(addPromptChoiceFlags(addArrivalFlags(addIgnoredInterval(addDuration(command)))));
};
