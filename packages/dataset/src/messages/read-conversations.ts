import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { openInput, type ReadableFile } from '@aibrix/core/files';
import { type ByteSource, readJsonlRecords } from '@aibrix/core/jsonl';
import { formatPath } from '@aibrix/core/validation';
import { type ChatMessage, chatMessageSchema } from '@aibrix/schema';
import { z } from 'zod';
import { firstLineAsRecord } from './first-line-as-record.js';

/** One conversation of a file. */
export interface Conversation {
  /** Absent where nothing names it. */
  id: string | number | undefined;
  messages: ChatMessage[];
}

const EXPECTED_FORM =
  'Each line must be {"messages": [{"role": "user", "content": "…"}, …]}, such an array alone, or a request of a batch with them in its "body".';

const OTHER_FORMS: ReadonlyMap<string, string> = new Map([
  ['conversations', 'This looks like ShareGPT: read it as that.'],
  ['prompt', 'This looks like a dataset of prompts or a table: it needs no reading as messages.'],
  ['prompts', 'This is a dataset already.'],
  ['request_id', 'This looks like results of the client: read them as a client trace.'],
]);

const messagesSchema: z.ZodType<ChatMessage[]> = z.array(chatMessageSchema);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where the messages stand: in the value itself, or in the request that it holds. */
const messagesIn = (value: unknown): { messages: unknown; path: string[] } | undefined => {
  if (Array.isArray(value)) return { messages: value, path: [] };
  if (!isObject(value)) return undefined;
  if (value.messages !== undefined) return { messages: value.messages, path: ['messages'] };
  for (const key of ['body', 'request']) {
    const inner = isObject(value[key]) ? messagesIn(value[key]) : undefined;
    if (inner) return { messages: inner.messages, path: [key, ...inner.path] };
  }
  return undefined;
};

const idOf = (value: unknown): string | number | undefined => {
  if (!isObject(value)) return undefined;
  return [value.id, value.session_id, value.custom_id].find(
    (id): id is string | number => (typeof id === 'string' && id !== '') || Number.isFinite(id),
  );
};

const conversationOf = (value: unknown, location: InputLocation): Conversation => {
  const found = messagesIn(value);
  if (!found) {
    const other = isObject(value) ? [...OTHER_FORMS].find(([key]) => key in value)?.[1] : undefined;
    throw new BenchmarkError('input', 'holds no "messages"', {
      location,
      hint: other ? `${EXPECTED_FORM} ${other}` : EXPECTED_FORM,
    });
  }
  const { data, error } = messagesSchema.safeParse(found.messages);
  if (data) return { id: idOf(value), messages: data };
  const problems = error.issues.map((issue) => `${formatPath([...found.path, ...issue.path])}: ${issue.message}`);
  throw new BenchmarkError('input', problems.join('; '), { location, hint: EXPECTED_FORM });
};

/** Whether a file that seems to hold one array of messages holds an array a line. */
const startsWithMessage = async (
  file: ReadableFile,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  for await (const { value } of readJsonlRecords(file.path, { name, signal })) {
    return isObject(value) && typeof value.role === 'string' && !messagesIn(value);
  }
  return false;
};

const arraysByLine = async function* (path: string): AsyncGenerator<Uint8Array> {
  const { stream } = await openInput(path);
  yield* firstLineAsRecord(stream);
};

/**
 * The conversations of a file, one after another: a line each, or the elements of one JSON array.
 *
 * @param name what to call the file in messages
 * @throws BenchmarkError `input` with `file:line` for a line that is no conversation
 */
export const readConversations = async function* (
  file: ReadableFile,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Conversation> {
  const isArrayByLine = await startsWithMessage(file, name, signal);
  const source: ByteSource = isArrayByLine ? arraysByLine(file.path) : file.path;
  let isFirst = true;
  try {
    for await (const { value, location } of readJsonlRecords(source, { name, signal })) {
      isFirst = false;
      yield conversationOf(value, location);
    }
  } catch (error) {
    if (!isArrayByLine || !isFirst || !BenchmarkError.is(error)) throw error;
    throw new BenchmarkError('input', 'the first line is no conversation', {
      location: error.location,
      cause: error,
      hint: `${EXPECTED_FORM} A conversation may not go over several lines.`,
    });
  }
};
