import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { type DatasetRecord, datasetRecordSchema, isMessagesRecord, isSessionRecord } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { createPromptTableBuilder, type PromptTable } from './prompt-table.js';
import { createSessionIds, refuseRepeatedSession } from './repeated-session.js';
import { textsOfMessages } from './texts-of-messages.js';

/** Counts lengths that a dataset does not state: a tokenizer, or what loads one when the first such length comes. */
export type LengthCounter = Tokenizer | (() => Promise<Tokenizer>);

/** What the ids of sessions that start again end in. */
const NUMBERED_ID = /#\d+$/;

/** Whether a record leaves out the length of a text it holds. */
const lacksLength = (record: DatasetRecord): boolean => {
  if (!isSessionRecord(record)) {
    return record.token_count == null || (record.completion != null && record.completion_tokens == null);
  }
  return record.prompts.some(
    (_, turn) =>
      record.prompt_lengths?.[turn] == null ||
      (record.completions?.[turn] != null && record.output_lengths?.[turn] == null),
  );
};

/** Lengths as a dataset states them, else counted. */
const createLengthReader = (counter: LengthCounter | undefined) => {
  let tokenizer = typeof counter === 'function' ? undefined : counter;
  let counted = 0;
  const count = (text: string): number => {
    counted++;
    return tokenizer?.count(text) ?? 0;
  };
  return {
    counted: () => counted,
    countedWith: () => (counted > 0 ? tokenizer : undefined),
    /** Call it before the lengths of a record are read. */
    async prepareFor(record: DatasetRecord, location: InputLocation): Promise<void> {
      if (tokenizer || !lacksLength(record)) return;
      if (typeof counter === 'function') tokenizer = await counter();
      if (tokenizer) return;
      throw new BenchmarkError('input', 'a prompt or completion has no length', {
        location,
        hint: 'Name a tokenizer to count with, or state lengths (token_count, completion_tokens, prompt_lengths, output_lengths).',
      });
    },
    promptTokens: (stated: number | null | undefined, texts: readonly string[]): number =>
      stated ?? texts.reduce((sum, text) => sum + count(text), 0),
    outputTokens(stated: number | null | undefined, text: string | null | undefined): number | null {
      if (stated != null) return stated;
      return text == null ? null : count(text);
    },
  };
};

/** What a dataset holds, but for its texts. */
export interface DatasetIndex {
  table: PromptTable;
  /** Whether its records are sessions; otherwise they are plain prompts. */
  hasSessions: boolean;
  /** Lengths that it does not state, so that they were counted, and what counted them. */
  countedLengths: number;
  countedWith: Tokenizer | undefined;
  /** Whether a session id looks like one that was started again. */
  hasNumberedIds: boolean;
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
  options: { name: string; tokenizer?: LengthCounter | undefined; signal?: AbortSignal | undefined },
): Promise<DatasetIndex> => {
  const { name } = options;
  const lengths = createLengthReader(options.tokenizer);
  let hasSessions = false;
  let systemMessages = 0;
  let hasNumberedIds = false;
  const sessionIds = createSessionIds();
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
    await lengths.prepareFor(record, location);
    builder.addRecord(offset);
    if (!isSessionRecord(record)) {
      builder.addPrompt(
        lengths.promptTokens(record.token_count, isMessagesRecord(record) ? textsOfMessages(record) : [record.prompt]),
        lengths.outputTokens(record.completion_tokens, record.completion),
      );
      continue;
    }
    sessionIds.add(record.session_id);
    hasNumberedIds ||= NUMBERED_ID.test(String(record.session_id));
    if (record.system) systemMessages++;
    for (const [turn, prompt] of record.prompts.entries()) {
      builder.addPrompt(
        lengths.promptTokens(record.prompt_lengths?.[turn], [prompt]),
        lengths.outputTokens(record.output_lengths?.[turn], record.completions?.[turn]),
      );
    }
  }
  if (sessionIds.hasRepeated()) await refuseRepeatedSession(path, name);
  const table = builder?.build();
  if (!table) {
    throw new BenchmarkError('input', 'the dataset is empty', {
      location: { file: name },
      hint: 'A workload needs at least one prompt; run the dataset stage first.',
    });
  }
  return {
    table,
    hasSessions,
    countedLengths: lengths.counted(),
    countedWith: lengths.countedWith(),
    systemMessages,
    hasNumberedIds,
  };
};
