import type { Command } from 'commander';
import { fileName, whole } from '../flag-values.js';
import { addReaderFlags, make, type ReaderFlags, readerSettings } from './dataset-flags.js';

interface ShareGptFlags extends ReaderFlags {
  url?: string | undefined;
  maxSessions?: number | undefined;
  maxTurns?: number | undefined;
}

export const addShareGpt = (parent: Command): void => {
  const command = parent
    .command('sharegpt')
    .description('conversations of a ShareGPT file, downloaded when it is missing')
    .requiredOption('--path <file>', 'the file: one JSON array, or a conversation a line', fileName)
    .option('--url <url>', 'where to download it from (default: the ShareGPT V3 file on Hugging Face, or HF_ENDPOINT)')
    .option('--max-sessions <n>', 'take only the first sessions', whole)
    .option('--max-turns <n>', 'keep only the first prompts of a session', whole)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset sharegpt --path ShareGPT_V3_unfiltered_cleaned_split.json --tokenizer o200k_base -o sharegpt.jsonl',
    )
    .action((flags: ShareGptFlags) =>
      make(flags, readerSettings(flags), {
        kind: 'sharegpt',
        options: { path: flags.path, maxSessions: flags.maxSessions, maxTurns: flags.maxTurns },
        url: flags.url,
        count: flags.count,
      }),
    );
  addReaderFlags(command);
};
