import {
  type ChatMessage,
  type DatasetRecord,
  isMessagesRecord,
  isSessionRecord,
  type MessagesPrompt,
  type PlainPrompt,
  type PromptSession,
} from '@aibrix/schema';
import { textOfMessage } from './message-text.js';

/** What a record is: one prompt, a conversation turn by turn, or messages to send as they are. */
type RecordForm = 'plain' | 'session' | 'messages';

/** A prompt and what is known of its answer. */
interface Exchange {
  /** The prompt's text; that of messages is in pieces, one a message. */
  prompt: string[];
  statedPromptTokens: number | null;
  answer: string | null;
  statedAnswerTokens: number | null;
}

/** A record of any form, seen alike. */
export interface RecordParts {
  form: RecordForm;
  /** System messages. Those of a session come before its first prompt; those of messages are pieces of the prompt too. */
  system: string[];
  /** At least one; more than one in sessions only. */
  exchanges: Exchange[];
  prefixGroup: number | null;
  /** Content parts that are no text. */
  otherParts: number;
  /** Whether lists that go with the prompts are longer than they are, or stated lengths are missing at their end. */
  hasUnevenLists: boolean;
}

const SYSTEM_ROLES: readonly string[] = ['system', 'developer'];

const plainParts = (record: PlainPrompt): RecordParts => ({
  form: 'plain',
  system: [],
  exchanges: [
    {
      prompt: [record.prompt],
      statedPromptTokens: record.token_count ?? null,
      answer: record.completion ?? null,
      statedAnswerTokens: record.completion_tokens ?? null,
    },
  ],
  prefixGroup: record.prefix_group ?? null,
  otherParts: 0,
  hasUnevenLists: false,
});

const sessionParts = (record: PromptSession): RecordParts => {
  const { prompts, completions, prompt_lengths: promptLengths, output_lengths: outputLengths } = record;
  return {
    form: 'session',
    system: record.system == null ? [] : [record.system],
    exchanges: prompts.map((prompt, turn) => ({
      prompt: [prompt],
      statedPromptTokens: promptLengths?.[turn] ?? null,
      answer: completions?.[turn] ?? null,
      statedAnswerTokens: outputLengths?.[turn] ?? null,
    })),
    prefixGroup: null,
    otherParts: 0,
    // Answers may end before the prompts do.
    hasUnevenLists:
      (promptLengths != null && promptLengths.length !== prompts.length) ||
      (completions?.length ?? 0) > prompts.length ||
      (outputLengths?.length ?? 0) > prompts.length,
  };
};

const messagesParts = (record: MessagesPrompt): RecordParts => {
  const messages = record.messages.map((message: ChatMessage) => ({ role: message.role, ...textOfMessage(message) }));
  return {
    form: 'messages',
    system: messages.filter(({ role }) => SYSTEM_ROLES.includes(role)).map(({ text }) => text),
    exchanges: [
      {
        prompt: messages.map(({ text }) => text),
        statedPromptTokens: record.token_count ?? null,
        answer: record.completion ?? null,
        statedAnswerTokens: record.completion_tokens ?? null,
      },
    ],
    prefixGroup: null,
    otherParts: messages.reduce((sum, { otherParts }) => sum + otherParts, 0),
    hasUnevenLists: false,
  };
};

/** Takes a record apart. */
export const partsOf = (record: DatasetRecord): RecordParts => {
  if (isSessionRecord(record)) return sessionParts(record);
  return isMessagesRecord(record) ? messagesParts(record) : plainParts(record as PlainPrompt);
};
