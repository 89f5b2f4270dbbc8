import type { Command } from 'commander';
import { number } from '../flag-values.js';
import { addTraceFlags, type TraceFlags, traceOptions } from './traces.js';
import { addPromptChoiceFlags, addWorkloadFlags, make } from './workload-flags.js';

interface ServeGenFlags extends TraceFlags {
  clients?: string[] | undefined;
  folder?: string | undefined;
  rate?: number | undefined;
  lengthCorrelation: number;
}

const run = async (flags: ServeGenFlags): Promise<void> => {
  const { serveGenRecipe } = await import('../../pipeline/workload-recipe.js');
  await make(
    flags,
    serveGenRecipe({
      ...traceOptions(flags),
      folder: flags.folder,
      paths: flags.clients,
      rate: flags.rate ?? null,
      copulaCorrelation: flags.lengthCorrelation,
    }),
  );
};

export const addServeGen = (parent: Command): void => {
  const command = parent
    .command('servegen')
    .description('requests as the clients of a ServeGen folder send them, drawn with the seed')
    .option('--folder <folder>', 'folder with chunk-*-trace.csv and chunk-*-dataset.json, all of them')
    .option('--clients <files...>', 'only these chunk-*-trace.csv, each with its dataset beside it')
    .option('--rate <rate>', 'mean requests per second of all together (default: as in the files)', number)
    .option('--length-correlation <r>', 'of input and output lengths, -1 to 1, by a Gaussian copula', number, 0)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload servegen --folder data/language/m-large --rate 5 --from-ms 36000000 --duration-ms 600000 \\\n      --length-mode exact --tokenizer o200k_base --output-dir out',
    )
    .action(run);
  addWorkloadFlags(addPromptChoiceFlags(addTraceFlags(command)));
};
