import type { Command } from 'commander';
import { number } from '../flag-values.js';
import { addToolFlags, runTool, type ToolFlags } from './tool-flags.js';

interface ConcatFlags extends ToolFlags {
  inputFiles: string[];
  gapMs: number;
}

const INPUT_FILES = ['--input-files <files...>', 'workload files, in this order'] as const;

/** Adds `concat` and `merge`. */
export const addJoiningTools = (parent: Command): void => {
  const concat = parent
    .command('concat')
    .description('one workload after another')
    .requiredOption(...INPUT_FILES)
    .option('--gap-ms <ms>', 'time between the last request of one and the start of the next', number, 0)
    .addHelpText('after', '\nExample:\n  $ aibrix workload concat --input-files quiet.jsonl busy.jsonl -o both.jsonl')
    .action((flags: ConcatFlags) =>
      runTool(flags, flags.inputFiles, async (signal) => {
        const { concatWorkloads, readWorkload } = await import('@aibrix/workload');
        const inputs = flags.inputFiles.map((file) => readWorkload(file, { signal }));
        return concatWorkloads(inputs, { gapMs: flags.gapMs });
      }),
    );
  addToolFlags(concat);
  const merge = parent
    .command('merge')
    .description('workloads on top of one another')
    .requiredOption(...INPUT_FILES)
    .addHelpText('after', '\nExample:\n  $ aibrix workload merge --input-files chat.jsonl batch.jsonl -o mixed.jsonl')
    .action((flags: ConcatFlags) =>
      runTool(flags, flags.inputFiles, async (signal) => {
        const { mergeWorkloads, readWorkload } = await import('@aibrix/workload');
        return mergeWorkloads(flags.inputFiles.map((file) => readWorkload(file, { signal })));
      }),
    );
  addToolFlags(merge);
};
