import { type FileHandle, open } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { compressionOf, isPlainFile, STDIO, sha256OfFile } from '@aibrix/core/files';
import { parseJson, readJsonl } from '@aibrix/core/jsonl';
import {
  type ChatMessage,
  type DatasetRecord,
  datasetRecordSchema,
  isMessagesRecord,
  isSessionRecord,
  type TokenizerIdentity,
} from '@aibrix/schema';
import { readManifestBeside } from '../read-manifest.js';
import { type DatasetIndex, indexDataset, type LengthCounter } from './index-dataset.js';
import { type SpilledFile, spill } from './spill.js';

/** A prompt with its text. */
export interface PoolPrompt {
  /** Empty where there are `messages`. */
  text: string;
  /** A conversation to send as it is. */
  messages?: ChatMessage[] | undefined;
  /** The session's system message, which comes before its first prompt. */
  system?: string | undefined;
  /** The recorded answer, where there is one. */
  completion: string | null;
  /** Absent in a dataset of plain prompts. */
  sessionId: string | number | undefined;
}

/**
 * The prompts of a dataset by number, without holding their texts: an index of offsets and lengths, at most 20 bytes a
 * prompt. Texts are read back from the file.
 */
export interface PromptPool {
  /** The dataset's path, or what stands for it in messages. */
  readonly name: string;
  /** SHA-256 of its content as lowercase hex; of a stream or a compressed dataset, as it was put into the temporary file. */
  readonly sha256: string;
  /** Whether prompts belong to sessions; a dataset has either sessions or plain prompts. */
  readonly hasSessions: boolean;
  /** Plain prompts, or prompts of all sessions. */
  readonly prompts: number;
  /** 0 for plain prompts. */
  readonly sessions: number;
  /** What the lengths were counted with: here, or by the dataset's maker as its manifest says; absent where nothing says. */
  readonly tokenizer: TokenizerIdentity | undefined;
  /** Sessions that have a system message. */
  readonly systemMessages: number;
  /** Whether a session id ends like those of sessions that start again (`#2`). */
  readonly hasNumberedIds: boolean;
  /** What a reader of the workload should know about its prompts, in words, with counts. */
  readonly notes: string[];
  promptTokens(prompt: number): number;
  /** Tokens of the recorded answer, or of the one to ask for; null where the dataset has none. */
  outputTokens(prompt: number): number | null;
  /** Number of a session's first prompt. Its prompts are numbered in order, up to the next session's first. */
  firstPromptOf(session: number): number;
  /** @throws BenchmarkError `input` when the file has changed since it was indexed, so that no record stands there */
  read(prompt: number): Promise<PoolPrompt>;
  /** Closes the file, and removes it when it was a temporary one. */
  close(): Promise<void>;
}

export interface OpenPromptPoolOptions {
  /**
   * Counts lengths that the dataset does not state; a function is called when the first such length comes, and not at all
   * for a dataset that states all. Without it such a dataset is refused.
   */
  tokenizer?: LengthCounter | undefined;
  /** Ends the indexing; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
}

const CLOSE_BRACE = 0x7d;

const notesOf = ({ countedLengths, countedWith }: DatasetIndex): string[] =>
  countedWith ? [`lengths that the dataset does not state, counted with ${countedWith.name}: ${countedLengths}`] : [];

const readRecord = async (file: FileHandle, name: string, from: number, to: number): Promise<DatasetRecord> => {
  const buffer = Buffer.allocUnsafe(to - from);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  // Between two records stands nothing but spaces and commas.
  const end = buffer.subarray(0, bytesRead).lastIndexOf(CLOSE_BRACE) + 1;
  try {
    return parseJson(buffer.toString('utf8', 0, end)) as DatasetRecord;
  } catch (cause) {
    throw new BenchmarkError('input', 'the dataset was changed while it was in use', {
      cause,
      location: { file: name },
      hint: 'Keep the file as it is until the workload is written.',
    });
  }
};

const promptOf = (record: DatasetRecord, turn: number): PoolPrompt => {
  if (isMessagesRecord(record)) {
    const { messages, completion = null } = record;
    return { text: '', messages, completion, sessionId: undefined };
  }
  if (!isSessionRecord(record)) {
    return { text: record.prompt, completion: record.completion ?? null, sessionId: undefined };
  }
  return {
    text: record.prompts[turn] ?? '',
    system: record.system || undefined,
    completion: record.completions?.[turn] ?? null,
    sessionId: record.session_id,
  };
};

const identityOf = ({ name, sha256 }: TokenizerIdentity): TokenizerIdentity => ({ name, sha256 });

/** The tokenizer that the manifest beside a dataset names, if it is the manifest of this content. */
const statedTokenizer = async (source: unknown, sha256: string): Promise<TokenizerIdentity | undefined> => {
  const manifest = typeof source === 'string' ? (await readManifestBeside(source))?.value : undefined;
  return manifest?.sha256 === sha256 && manifest.tokenizer ? identityOf(manifest.tokenizer) : undefined;
};

/**
 * Indexes a dataset for choosing prompts by number or by length.
 *
 * @param source a path, or records as they come. What cannot be read by position (a stream, stdin as `-`, a `.gz` or
 *   `.zst` file) is put into a temporary file first, which `close` removes.
 * @throws BenchmarkError `file-not-found`; `input` for an empty or malformed dataset, one that mixes sessions and plain
 *   prompts, or one without lengths when there is no tokenizer
 */
export const openPromptPool = async (
  source: string | AsyncIterable<DatasetRecord>,
  options: OpenPromptPoolOptions = {},
): Promise<PromptPool> => {
  const { tokenizer, signal } = options;
  const isStdin = source === STDIO;
  let name = '<stream>';
  let path: string;
  let spilled: SpilledFile | undefined;
  if (typeof source !== 'string') {
    spilled = await spill(source, { signal });
    path = spilled.path;
  } else if (compressionOf(source) || !(await isPlainFile(source))) {
    name = isStdin ? '<stdin>' : source;
    spilled = await spill(readJsonl(source, { schema: datasetRecordSchema, signal }), { signal });
    path = spilled.path;
  } else {
    name = source;
    path = source;
  }

  let file: FileHandle | undefined;
  const close = async (): Promise<void> => {
    await file?.close();
    file = undefined;
    await spilled?.remove();
  };
  try {
    const index = await indexDataset(path, { name, tokenizer, signal });
    const { table, hasSessions, countedWith } = index;
    const handle = await open(path);
    file = handle;
    const { size } = await handle.stat();
    const sha256 = await sha256OfFile(path);
    return {
      name,
      sha256,
      hasSessions,
      prompts: table.prompts,
      sessions: hasSessions ? table.records : 0,
      tokenizer: countedWith ? identityOf(countedWith) : await statedTokenizer(source, sha256),
      notes: notesOf(index),
      systemMessages: index.systemMessages,
      hasNumberedIds: index.hasNumberedIds,
      promptTokens: table.promptTokens,
      outputTokens: table.outputTokens,
      firstPromptOf: table.firstPrompt,
      async read(prompt) {
        const record = table.recordOf(prompt);
        const end = record + 1 < table.records ? table.offset(record + 1) : size;
        return promptOf(await readRecord(handle, name, table.offset(record), end), prompt - table.firstPrompt(record));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
