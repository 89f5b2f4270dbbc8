import { type Command, Option } from 'commander';
import type { PromptSettings } from '../pipeline/prompts.js';

/** The tokenizer of the Python tool's separate commands. */
const COMMAND_TOKENIZER = 'Qwen/Qwen2.5-Coder-7B-Instruct';

/** Flags of commands that count tokens. */
export interface TokenizerFlags {
  tokenizer: string;
}

/** Flags of commands that make prompts. */
export interface PromptFlags extends TokenizerFlags {
  content: 'prose' | 'random-words';
  countMode: 'prompt' | 'chat';
  chatTemplate?: string | undefined;
}

export const addTokenizerFlag = (command: Command): Command =>
  command.option('--tokenizer <name>', 'o200k_base, cl100k_base, a path, or a Hugging Face id', COMMAND_TOKENIZER);

export const addPromptFlags = (command: Command): Command =>
  addTokenizerFlag(command)
    .addOption(
      new Option('--content <kind>', 'what prompts are made of').choices(['prose', 'random-words']).default('prose'),
    )
    .addOption(
      new Option('--count-mode <mode>', 'lengths of the text, or of what the server counts: chat template included')
        .choices(['prompt', 'chat'])
        .default('prompt'),
    )
    .option('--chat-template <file>', 'Jinja template to count with, in place of the tokenizer’s own');

export const promptSettings = (flags: PromptFlags & { seed?: number | string | undefined }): PromptSettings => ({
  tokenizer: flags.tokenizer,
  seed: flags.seed ?? 0,
  content: flags.content,
  countMode: flags.countMode,
  chatTemplate: flags.chatTemplate,
});
