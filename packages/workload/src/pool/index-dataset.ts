import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { datasetRecordSchema, isSessionRecord } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { createPromptTableBuilder, type PromptTable } from './prompt-table.js';

/** Lengths as a dataset states them, else counted. */
const createLengthReader = (tokenizer: Tokenizer | undefined) => {
  let counted = 0;
  const count = (text: string, location: InputLocation): number => {
    if (!tokenizer) {
      throw new BenchmarkError('input', 'a prompt or completion has no length', {
        location,
        hint: 'Name a tokenizer to count with, or state lengths (token_count, completion_tokens, prompt_lengths, output_lengths).',
      });
    }
    counted++;
    return tokenizer.count(text);
  };
  return {
    counted: () => counted,
    promptTokens: (stated: number | null | undefined, text: string, location: InputLocation): number =>
      stated ?? count(text, location),
    outputTokens(
      stated: number | null | undefined,
      text: string | null | undefined,
      location: InputLocation,
    ): number | null {
      if (stated != null) return stated;
      return text == null ? null : count(text, location);
    },
  };
};

/** What a dataset holds, but for its texts. */
export interface DatasetIndex {
  table: PromptTable;
  /** Whether its records are sessions; otherwise they are plain prompts. */
  hasSessions: boolean;
  /** Lengths that it does not state, so that they were counted. */
  countedLengths: number;
  /** Sessions that have one. */
  systemMessages: number;
}

/**
 * Reads a dataset once, and keeps where its records are and how long their prompts are.
 *
 * @param options.name what to call it in messages
 * @param options.tokenizer counts lengths that it does not state
 */
export const indexDataset = async (
  path: string,
  options: { name: string; tokenizer?: Tokenizer | undefined; signal?: AbortSignal | undefined },
): Promise<DatasetIndex> => {
  const { name } = options;
  const lengths = createLengthReader(options.tokenizer);
  let hasSessions = false;
  let systemMessages = 0;
  let builder: ReturnType<typeof createPromptTableBuilder> | undefined;
  const records = readJsonlRecords(path, { schema: datasetRecordSchema, name, signal: options.signal });
  for await (const { value: record, offset, location } of records) {
    if (!builder) {
      hasSessions = isSessionRecord(record);
      builder = createPromptTableBuilder(hasSessions);
    }
    if (isSessionRecord(record) !== hasSessions) {
      throw new BenchmarkError('input', 'sessions and plain prompts stand in one dataset', {
        location,
        hint: 'Split it into two files: how prompts are chosen differs between them.',
      });
    }
    builder.addRecord(offset);
    if (!isSessionRecord(record)) {
      builder.addPrompt(
        lengths.promptTokens(record.token_count, record.prompt, location),
        lengths.outputTokens(record.completion_tokens, record.completion, location),
      );
      continue;
    }
    if (record.system) systemMessages++;
    for (const [turn, prompt] of record.prompts.entries()) {
      builder.addPrompt(
        lengths.promptTokens(record.prompt_lengths?.[turn], prompt, location),
        lengths.outputTokens(record.output_lengths?.[turn], record.completions?.[turn], location),
      );
    }
  }
  const table = builder?.build();
  if (!table) {
    throw new BenchmarkError('input', 'the dataset is empty', {
      location: { file: name },
      hint: 'A workload needs at least one prompt; run the dataset stage first.',
    });
  }
  return { table, hasSessions, countedLengths: lengths.counted(), systemMessages };
};
