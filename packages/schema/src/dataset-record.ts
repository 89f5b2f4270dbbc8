import { z } from 'zod';

/** A message in the form of the OpenAI chat API. */
export interface ChatMessage {
  role: string;
  /** Text, or content parts; null where an assistant only called tools. */
  content: unknown;
}

export const chatMessageSchema: z.ZodType<ChatMessage> = z.looseObject({
  role: z.string(),
  content: z.unknown(),
});

/** One prompt that stands alone. */
export interface PlainPrompt {
  prompt: string;
  /** A recorded answer. */
  completion?: string | null | undefined;
  /** Tokens of `prompt` under the dataset's tokenizer. */
  token_count?: number | null | undefined;
  /** Tokens of `completion`, or of the answer to ask for. */
  completion_tokens?: number | null | undefined;
  /** Which shared prefix the prompt starts with, counted over the whole dataset. */
  prefix_group?: number | null | undefined;
  /** Which mix of a `synthetic_shared` dataset it belongs to. */
  config_id?: number | null | undefined;
  tags?: Record<string, unknown> | null | undefined;
}

/** The prompts of one conversation, in order. */
export interface PromptSession {
  session_id: string | number;
  prompts: string[];
  /** Recorded answers: `completions[i]` answers `prompts[i]`. The last prompts may have none. */
  completions?: string[] | null | undefined;
  /** A system message that comes before the first prompt. */
  system?: string | null | undefined;
  /** Tokens of each prompt. */
  prompt_lengths?: number[] | null | undefined;
  /** Tokens of each answer, recorded or to ask for. */
  output_lengths?: (number | null)[] | null | undefined;
  tags?: Record<string, unknown> | null | undefined;
}

/** A conversation that is sent as it is, in one request: for content that is more than text, and for tool messages. */
export interface MessagesPrompt {
  messages: ChatMessage[];
  /** A recorded answer to the last message. */
  completion?: string | null | undefined;
  /** Tokens of the text of all messages under the dataset's tokenizer. */
  token_count?: number | null | undefined;
  /** Tokens of `completion`, or of the answer to ask for. */
  completion_tokens?: number | null | undefined;
  tags?: Record<string, unknown> | null | undefined;
}

/** A line of a dataset file. Fields that are not named here pass through. */
export type DatasetRecord = PlainPrompt | PromptSession | MessagesPrompt;

/** No text has more; larger ones would not fit where lengths are kept. */
const MAX_TOKENS = 2 ** 31 - 1;
const tokens = z.number().nonnegative().max(MAX_TOKENS);
const tags = z.record(z.string(), z.unknown()).nullish();

export const plainPromptSchema: z.ZodType<PlainPrompt> = z.looseObject({
  prompt: z.string(),
  completion: z.string().nullish(),
  token_count: tokens.nullish(),
  completion_tokens: tokens.nullish(),
  prefix_group: z.number().nullish(),
  config_id: z.number().nullish(),
  tags,
});

export const promptSessionSchema: z.ZodType<PromptSession> = z.looseObject({
  session_id: z.union([z.string(), z.number()]),
  prompts: z.array(z.string()).min(1),
  completions: z.array(z.string()).nullish(),
  system: z.string().nullish(),
  prompt_lengths: z.array(tokens).nullish(),
  output_lengths: z.array(tokens.nullable()).nullish(),
  tags,
});

export const messagesPromptSchema: z.ZodType<MessagesPrompt> = z.looseObject({
  messages: z.array(chatMessageSchema).min(1),
  completion: z.string().nullish(),
  token_count: tokens.nullish(),
  completion_tokens: tokens.nullish(),
  tags,
});

/** Whether a record is a session, told by its `prompts`. */
export const isSessionRecord = (record: DatasetRecord): record is PromptSession => 'prompts' in record;

/** Whether a record is a conversation to send as it is, told by its `messages`. */
export const isMessagesRecord = (record: DatasetRecord): record is MessagesPrompt =>
  'messages' in record && !('prompt' in record) && !('prompts' in record);

const schemaOfForm = (record: object): z.ZodType<DatasetRecord> | undefined => {
  if ('prompts' in record) return promptSessionSchema;
  if ('prompt' in record) return plainPromptSchema;
  return 'messages' in record ? messagesPromptSchema : undefined;
};

/** A union that reports the problems of the form the record has, not those of all forms. */
export const datasetRecordSchema: z.ZodType<DatasetRecord> = z.custom<DatasetRecord>().superRefine((value, context) => {
  const form = typeof value === 'object' && value !== null ? schemaOfForm(value) : undefined;
  if (!form) {
    context.addIssue({
      code: 'custom',
      message:
        'a dataset record needs "prompt" (text), or "session_id" and "prompts" (texts), or "messages" (OpenAI form)',
    });
    return;
  }
  for (const issue of form.safeParse(value).error?.issues ?? []) {
    context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
  }
});
