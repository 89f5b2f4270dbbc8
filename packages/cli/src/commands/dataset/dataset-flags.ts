import { STDIO } from '@aibrix/core/files';
import type { Command } from 'commander';
import type { DatasetKind } from '../../pipeline/make-dataset.js';
import type { PromptSettings } from '../../pipeline/prompts.js';
import { addCommonFlags, type CommonFlags } from '../common-flags.js';
import { fileName } from '../flag-values.js';
import { addTokenizerFlag, type TokenizerFlags } from '../prompt-flags.js';
import { printJson, withContext } from '../with-context.js';

/** Flags of every command that writes a dataset. */
export interface OutputFlags extends CommonFlags {
  output: string;
}

export const addOutputFlags = (command: Command): Command =>
  addCommonFlags(
    command.requiredOption('-o, --output <file>', 'dataset file (.jsonl, .gz, .zst), or - for stdout', fileName),
  );

/** Flags of every command that reads prompts that are there already. */
export interface ReaderFlags extends OutputFlags, TokenizerFlags {
  path: string;
  count: boolean;
}

export const addReaderFlags = (command: Command): Command =>
  addOutputFlags(addTokenizerFlag(command).option('--no-count', 'do not count tokens: no tokenizer, no lengths'));

/** A reader counts, and makes nothing: no seed, no template. */
export const readerSettings = (flags: ReaderFlags): PromptSettings => ({
  tokenizer: flags.tokenizer,
  seed: flags.seed ?? 0,
  content: 'prose',
  countMode: 'prompt',
});

/** Writes a dataset, or with a schedule a workload. */
export const make = async (flags: OutputFlags, settings: PromptSettings, dataset: DatasetKind): Promise<void> => {
  const { makeDataset } = await import('../../pipeline/make-dataset.js');
  const { Prompts } = await import('../../pipeline/prompts.js');
  await withContext(flags, async (context) => {
    const manifest = await makeDataset(dataset, flags.output, new Prompts(settings, context), context);
    // Stdout is taken when the dataset goes there.
    if (flags.json && flags.output !== STDIO) printJson(manifest);
    return 0;
  });
};
