import { badRequest } from './api-error.js';
import {
  describe,
  isObject,
  type JsonObject,
  parseObject,
  readBoolean,
  readCacheSalt,
  readMinTokens,
  readModel,
  readStream,
  readTokens,
  refuseSeveral,
  type StreamFields,
} from './request-fields.js';

export interface ChatMessage {
  role: string;
  /** Its text parts, one after another. */
  text: string;
}

/** What the simulator honours of the body of `POST /v1/chat/completions`. Everything else is accepted and ignored. */
export interface ChatRequest extends StreamFields {
  model: string;
  messages: ChatMessage[];
  /** `max_completion_tokens`, or else `max_tokens`. */
  maxTokens: number | undefined;
  minTokens: number;
  ignoreEos: boolean;
  /** Only requests with the same salt share what is in the KV cache. */
  cacheSalt: string | undefined;
}

const readPart = (part: unknown, place: string): string => {
  if (!isObject(part)) throw badRequest(`${place} must be an object, found ${describe(part)}.`, 'messages');
  if (part.type !== 'text') {
    throw badRequest(`${place} has type ${describe(part.type)}; only "text" is served here.`, 'messages');
  }
  if (typeof part.text !== 'string') {
    throw badRequest(`${place}.text must be a string, found ${describe(part.text)}.`, 'messages');
  }
  return part.text;
};

const readMessage = (message: unknown, index: number): ChatMessage => {
  const place = `messages[${index}]`;
  if (!isObject(message)) throw badRequest(`${place} must be an object, found ${describe(message)}.`, 'messages');
  const { role, content } = message;
  if (typeof role !== 'string') {
    throw badRequest(`${place}.role must be a string, found ${describe(role)}.`, 'messages');
  }
  // An assistant message that only calls tools has none.
  if (content === null || content === undefined) return { role, text: '' };
  if (typeof content === 'string') return { role, text: content };
  if (!Array.isArray(content)) {
    throw badRequest(`${place}.content must be a string or a list of parts, found ${describe(content)}.`, 'messages');
  }
  return { role, text: content.map((part, at) => readPart(part, `${place}.content[${at}]`)).join('') };
};

/** The field `messages`. */
export const readMessages = (body: JsonObject): ChatMessage[] => {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw badRequest(`messages must be a list of at least one message, found ${describe(messages)}.`, 'messages');
  }
  return messages.map(readMessage);
};

/**
 * Reads a request; what vLLM would refuse is refused.
 *
 * @throws ApiError with status 400
 */
export const parseChatRequest = (json: string): ChatRequest => {
  const body = parseObject(json);
  const model = readModel(body);
  refuseSeveral(body);
  const maxTokens = readTokens(body, 'max_completion_tokens', 1) ?? readTokens(body, 'max_tokens', 1);
  const minTokens = readMinTokens(body, maxTokens);
  const stream = readStream(body);
  return {
    model,
    messages: readMessages(body),
    maxTokens,
    minTokens,
    ignoreEos: readBoolean(body, 'ignore_eos'),
    cacheSalt: readCacheSalt(body),
    ...stream,
  };
};
