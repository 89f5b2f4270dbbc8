import { type Command, Option } from 'commander';
import { addReaderFlags, make, type ReaderFlags, readerSettings } from './dataset-flags.js';

interface MessagesFlags extends ReaderFlags {
  form: 'sessions' | 'messages';
}

export const addMessages = (parent: Command): void => {
  const command = parent
    .command('messages')
    .description('conversations in the form of the OpenAI chat API, one a line')
    .requiredOption('--path <file>', 'lines of {"messages": […]}, also of batch requests')
    .addOption(
      new Option('--form <form>', 'replay turn by turn, or send each conversation as it is in one request')
        .choices(['sessions', 'messages'])
        .default('sessions'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix dataset messages --path chats.jsonl --tokenizer o200k_base -o prompts.jsonl',
    )
    .action((flags: MessagesFlags) =>
      make(flags, readerSettings(flags), {
        kind: 'messages',
        options: { path: flags.path, form: flags.form },
        count: flags.count,
      }),
    );
  addReaderFlags(command);
};
