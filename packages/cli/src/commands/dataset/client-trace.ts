import type { Command } from 'commander';
import { addReaderFlags, make, type ReaderFlags, readerSettings } from './dataset-flags.js';

export const addClientTrace = (parent: Command): void => {
  const command = parent
    .command('client-trace')
    .description('results of a run back to a dataset: its prompts, answers and sessions')
    .requiredOption('--path <file>', 'results of the client (output.jsonl)')
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset client-trace --path output/client_output/output.jsonl --tokenizer o200k_base -o again.jsonl',
    )
    .action((flags: ReaderFlags) =>
      make(flags, readerSettings(flags), {
        kind: 'client_trace',
        options: { path: flags.path },
        count: flags.count,
      }),
    );
  addReaderFlags(command);
};
