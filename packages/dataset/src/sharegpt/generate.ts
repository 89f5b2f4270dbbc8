import { BenchmarkError } from '@aibrix/core/errors';
import { type JsonlRecord, readJsonlRecords } from '@aibrix/core/jsonl';
import { parseOptions } from '@aibrix/core/validation';
import type { PromptSession } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { createFolder, type FoldedConversation } from '../conversation/fold-conversation.js';
import { sessionRecord } from '../conversation/session-record.js';
import { createUniqueIds } from '../conversation/unique-ids.js';
import type { GeneratedDataset } from '../generated-dataset.js';
import { type ConversationElement, isShareGpt, readConversation } from './conversation-element.js';
import { type ShareGptOptions, shareGptOptionsSchema } from './options.js';

const GENERATOR = 'sharegpt';

const EXPECTED_FORM =
  'A ShareGPT file is one JSON array, or a line each, of {"id": "…", "conversations": [{"from": "human", "value": "…"}, {"from": "gpt", "value": "…"}]}.';

const formHint = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'messages' in value
    ? `${EXPECTED_FORM} This one has "messages": read it as OpenAI messages.`
    : EXPECTED_FORM;

/** The elements; a file that does not start as JSON lines or an array is told what form is expected. */
const readElements = async function* (path: string): AsyncGenerator<JsonlRecord<unknown>> {
  let isFirst = true;
  try {
    for await (const record of readJsonlRecords(path)) {
      isFirst = false;
      yield record;
    }
  } catch (error) {
    const isOfAnotherForm = isFirst && BenchmarkError.is(error) && error.cause instanceof SyntaxError;
    if (!isOfAnotherForm) throw error;
    const { location, cause } = error;
    throw new BenchmarkError('input', 'does not start with a ShareGPT conversation: the JSON value does not end here', {
      location,
      cause,
      hint: EXPECTED_FORM,
    });
  }
};

/** What one reading has found out, and what was done to its elements beyond the folding. */
const newReading = () => ({
  counts: { elements: 0, sessions: 0, notConversations: 0, withoutId: 0, lateTurns: 0, cutSessions: 0 },
  folder: createFolder(),
  ids: createUniqueIds(),
});

type Reading = ReturnType<typeof newReading>;

/**
 * The conversations of a ShareGPT file as sessions, answers included, in the order of the file and in constant memory.
 *
 * Messages become prompts and answers by the rule of `createFolder`. An element without an id is called
 * `sharegpt-<index>`, counted from 0; an id that was there before becomes `<id>~2`. What was left out, joined or renamed
 * is counted in `findings().notes`. Nothing is drawn, so there is no seed.
 *
 * @param tokenizer counts the tokens of prompts and answers, without special tokens; without it no lengths are stated
 * @throws BenchmarkError `usage` that names every problem of the options. While reading: `file-not-found`; `input` with
 *   `file:line` when the file does not start with a ShareGPT conversation, holds none with a question, or is cut off
 */
export const sharegpt = (
  options: ShareGptOptions,
  tokenizer?: Pick<Tokenizer, 'name' | 'sha256' | 'count'> | undefined,
): GeneratedDataset<PromptSession> => {
  const settings = parseOptions(shareGptOptionsSchema, options, GENERATOR);
  const maxSessions = settings.maxSessions ?? Number.POSITIVE_INFINITY;
  const maxTurns = settings.maxTurns ?? Number.POSITIVE_INFINITY;
  let latest = newReading();

  const conversationOf = (
    { counts }: Reading,
    { value, location }: JsonlRecord<unknown>,
  ): ConversationElement | undefined => {
    const conversation = readConversation(value);
    if (counts.elements === 1 && !(conversation && isShareGpt(conversation))) {
      throw new BenchmarkError('input', 'does not start with a ShareGPT conversation', {
        location,
        hint: formHint(value),
      });
    }
    if (!conversation) counts.notConversations++;
    return conversation;
  };

  const cut = ({ counts }: Reading, folded: FoldedConversation): FoldedConversation => {
    const { prompts, completions } = folded;
    if (prompts.length <= maxTurns) return folded;
    counts.cutSessions++;
    counts.lateTurns += prompts.length - maxTurns;
    return { ...folded, prompts: prompts.slice(0, maxTurns), completions: completions.slice(0, maxTurns) };
  };

  const sessionId = ({ counts, ids }: Reading, id: ConversationElement['id']): string | number => {
    if (id === undefined) counts.withoutId++;
    return ids.take(id ?? `sharegpt-${counts.elements - 1}`);
  };

  const notesOf = ({ counts, folder, ids }: Reading): string[] => {
    const { notConversations, withoutId, lateTurns, cutSessions } = counts;
    return [
      ...(notConversations > 0 ? [`elements that are no conversation, left out: ${notConversations}`] : []),
      ...folder.notes(),
      ...(lateTurns > 0
        ? [`turns after the first ${maxTurns}, left out: ${lateTurns} (in ${cutSessions} sessions)`]
        : []),
      ...(withoutId > 0 ? [`sessions without an id, called after their place: ${withoutId}`] : []),
      ...(ids.renamed() > 0 ? [`session ids that were there before, renamed: ${ids.renamed()}`] : []),
    ];
  };

  return {
    origin: {
      generator: GENERATOR,
      options: { ...settings },
      seed: null,
      tokenizer: tokenizer && { name: tokenizer.name, sha256: tokenizer.sha256 },
    },
    findings: () => ({ statistics: { elements_read: latest.counts.elements }, notes: notesOf(latest) }),
    async *[Symbol.asyncIterator]() {
      const reading = newReading();
      latest = reading;
      const { counts, folder } = reading;
      for await (const record of readElements(settings.path)) {
        counts.elements++;
        const conversation = conversationOf(reading, record);
        const folded = conversation && folder.fold(conversation.turns);
        if (!folded) continue;
        counts.sessions++;
        yield sessionRecord(sessionId(reading, conversation.id), cut(reading, folded), tokenizer);
        if (counts.sessions === maxSessions) return;
      }
      if (counts.sessions === 0) {
        const notes = notesOf(reading);
        throw new BenchmarkError('input', 'holds no conversation with a question', {
          location: { file: settings.path },
          hint: notes.length === 0 ? 'The file is empty.' : `What it holds: ${notes.join('; ')}.`,
        });
      }
    },
  };
};
