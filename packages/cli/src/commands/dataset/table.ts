import { type Command, Option } from 'commander';
import { addReaderFlags, make, type ReaderFlags, readerSettings } from './dataset-flags.js';

interface TableFlags extends ReaderFlags {
  columns?: string | undefined;
  delimiter?: ',' | ';' | 'tab' | undefined;
}

const runCsv = async (flags: TableFlags): Promise<void> => {
  const { tableOptions } = await import('../../config/dataset-kind.js');
  await make(flags, readerSettings(flags), { kind: 'table', options: tableOptions(flags), count: flags.count });
};

const runJsonl = async (flags: TableFlags): Promise<void> => {
  const { parseColumns } = await import('@aibrix/dataset');
  const { path, columns, count } = flags;
  const options = { path, format: 'jsonl', columns: columns === undefined ? null : parseColumns(columns) } as const;
  await make(flags, readerSettings(flags), { kind: 'table', options, count });
};

const COLUMNS =
  'which column holds what: prompt, completion, session, system, prompt-tokens, completion-tokens (default: found by usual names)';

/** Named twice, because a command line says what a file is: `csv` and `jsonl`. */
export const addTables = (parent: Command): void => {
  const csv = parent
    .command('csv')
    .description('a table with a header, a prompt a row')
    .requiredOption('--path <file>', 'the table')
    .option('--columns <map>', COLUMNS)
    .addOption(
      new Option('--delimiter <character>', 'what parts the fields (default: a comma, in .tsv a tab)').choices([
        ',',
        ';',
        'tab',
      ]),
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset csv --path faq.csv --columns prompt=question,completion=answer --tokenizer o200k_base -o prompts.jsonl',
    )
    .action(runCsv);
  addReaderFlags(csv);
  const jsonl = parent
    .command('jsonl')
    .description('objects with a prompt in one of their fields, one a line')
    .requiredOption('--path <file>', 'the file')
    .option('--columns <map>', `${COLUMNS}; a.b is a field in a field`)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset jsonl --path faq.jsonl --columns prompt=item.question --tokenizer o200k_base -o prompts.jsonl',
    )
    .action(runJsonl);
  addReaderFlags(jsonl);
};
