import { BenchmarkError } from '@aibrix/core/errors';
import { regularFile, STDIO } from '@aibrix/core/files';
import { parseOptions } from '@aibrix/core/validation';
import type { MessagesPrompt, PromptSession } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { createFolder } from '../conversation/fold-conversation.js';
import { sessionRecord } from '../conversation/session-record.js';
import { createUniqueIds } from '../conversation/unique-ids.js';
import { countNote } from '../gather/count-note.js';
import type { GeneratedDataset } from '../generated-dataset.js';
import { type MessagesOptions, messagesOptionsSchema } from './options.js';
import { type Conversation, readConversations } from './read-conversations.js';
import { textOfContent, textPartsOf, textTurns } from './text-turns.js';

const GENERATOR = 'messages';

/** Makes records of the conversations of one reading, and counts what its rules changed. */
interface RecordMaker {
  record(conversation: Conversation): PromptSession | MessagesPrompt | undefined;
  read(): number;
  notes(): string[];
}

const sessionMaker = (tokenizer: Pick<Tokenizer, 'count'> | undefined): RecordMaker => {
  const folder = createFolder();
  const ids = createUniqueIds();
  let read = 0;
  let moreThanText = 0;
  let withoutId = 0;
  return {
    record({ id, messages }) {
      const index = read++;
      const turns = textTurns(messages);
      if (!turns) {
        moreThanText++;
        return undefined;
      }
      const folded = folder.fold(turns);
      if (!folded) return undefined;
      if (id === undefined) withoutId++;
      return sessionRecord(ids.take(id ?? `messages-${index}`), folded, tokenizer);
    },
    read: () => read,
    notes: () => [
      ...countNote('conversations with more than text, left out (the form "messages" keeps them)', moreThanText),
      ...folder.notes(),
      ...countNote('sessions without an id, called after their place', withoutId),
      ...countNote('session ids that were there before, renamed', ids.renamed()),
    ],
  };
};

const wholeMaker = (tokenizer: Pick<Tokenizer, 'count'> | undefined): RecordMaker => {
  let read = 0;
  let empty = 0;
  let answersLeftOut = 0;
  return {
    record({ messages }) {
      read++;
      const last = messages.at(-1);
      const answer = last?.role === 'assistant' ? last : undefined;
      const sent = answer ? messages.slice(0, -1) : messages;
      if (sent.length === 0) {
        empty++;
        return undefined;
      }
      const completion = (answer && textOfContent(answer.content)) || undefined;
      if (answer && completion === undefined) answersLeftOut++;
      const tokensOf = (content: unknown): number => tokenizer?.count(textPartsOf(content)) ?? 0;
      return {
        messages: sent,
        ...(completion !== undefined && { completion }),
        ...(tokenizer && { token_count: sent.reduce((sum, { content }) => sum + tokensOf(content), 0) }),
        ...(tokenizer && completion !== undefined && { completion_tokens: tokensOf(completion) }),
      };
    },
    read: () => read,
    notes: () => [
      ...countNote('conversations without a message to send, left out', empty),
      ...countNote('last answers without text, left out', answersLeftOut),
    ],
  };
};

/**
 * Conversations in the form of the OpenAI chat API, a line each or in one JSON array: `{"messages": […]}`, the array of
 * messages alone, or a request that holds it in `body` or `request`.
 *
 * - `form: "sessions"` (the default): messages become prompts and answers by the rule of `createFolder`; `developer` is
 *   `system`, and text parts are joined by a line break. A conversation with other parts, calls of tools or messages of
 *   tools is left out and counted. The session is called by `id`, `session_id` or `custom_id`, else `messages-<index>`,
 *   counted from 0; an id that was there before becomes `<id>~2`.
 * - `form: "messages"`: each conversation is one record that is sent as it is. If it ends in an answer of the assistant, its
 *   text becomes the `completion` and is not sent. Lengths are of text alone.
 *
 * Records come in the order of the file and in constant memory. Nothing is drawn, so there is no seed.
 *
 * @param tokenizer counts the tokens of texts, without special tokens; without it no lengths are stated
 * @param running.signal ends a reading before it has given a record, too; its reason is thrown
 * @throws BenchmarkError `usage` that names every problem of the options. While reading: `file-not-found`; `input` with
 *   `file:line` for a line that is no conversation, and when no conversation can be used
 */
export const messages = (
  options: MessagesOptions,
  tokenizer?: Pick<Tokenizer, 'name' | 'sha256' | 'count'> | undefined,
  running: { signal?: AbortSignal | undefined } = {},
): GeneratedDataset<PromptSession | MessagesPrompt> => {
  const settings = parseOptions(messagesOptionsSchema, options, GENERATOR);
  const { signal } = running;
  const name = settings.path === STDIO ? '<stdin>' : settings.path;
  const newMaker = (): RecordMaker => (settings.form === 'sessions' ? sessionMaker : wholeMaker)(tokenizer);
  let maker = newMaker();

  return {
    origin: {
      generator: GENERATOR,
      options: { ...settings },
      seed: null,
      tokenizer: tokenizer && { name: tokenizer.name, sha256: tokenizer.sha256 },
    },
    findings: () => ({ statistics: { conversations_read: maker.read() }, notes: maker.notes() }),
    async *[Symbol.asyncIterator]() {
      const making = newMaker();
      maker = making;
      const file = await regularFile(settings.path, { signal });
      let isEmpty = true;
      try {
        for await (const conversation of readConversations(file, name, signal)) {
          const record = making.record(conversation);
          if (!record) continue;
          isEmpty = false;
          yield record;
        }
      } finally {
        await file.remove();
      }
      if (isEmpty) {
        throw new BenchmarkError('input', 'holds no conversation that can be used', {
          location: { file: name },
          hint: making.read() === 0 ? 'The file is empty.' : `What it holds: ${making.notes().join('; ')}.`,
        });
      }
    },
  };
};
