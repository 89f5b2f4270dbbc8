import { ApiError, badRequest } from './api-error.js';

interface ChatMessage {
  role: string;
  /** Its text parts, one after another. */
  text: string;
}

/** What the simulator honours of the body of `POST /v1/chat/completions`. Everything else is accepted and ignored. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  /** `max_completion_tokens`, or else `max_tokens`. */
  maxTokens: number | undefined;
  minTokens: number;
  ignoreEos: boolean;
  stream: boolean;
  /** `stream_options.include_usage`. */
  includeUsage: boolean;
  /** Only requests with the same salt share what is in the KV cache. */
  cacheSalt: string | undefined;
}

type JsonObject = Record<string, unknown>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
};

// In OpenAI's API null stands for "not set".
const read = (body: JsonObject, key: string): unknown => body[key] ?? undefined;

const readTokens = (body: JsonObject, key: string, minimum: number): number | undefined => {
  const value = read(body, key);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value;
  throw badRequest(`${key} must be a whole number of at least ${minimum}, found ${describe(value)}.`, key);
};

const readBoolean = (body: JsonObject, key: string): boolean => {
  const value = read(body, key) ?? false;
  if (typeof value === 'boolean') return value;
  throw badRequest(`${key} must be true or false, found ${describe(value)}.`, key);
};

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

const readMessages = (body: JsonObject): ChatMessage[] => {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw badRequest(`messages must be a list of at least one message, found ${describe(messages)}.`, 'messages');
  }
  return messages.map(readMessage);
};

const readIncludeUsage = (body: JsonObject, stream: boolean): boolean => {
  const options = read(body, 'stream_options');
  if (options === undefined) return false;
  if (!isObject(options)) {
    throw badRequest(`stream_options must be an object, found ${describe(options)}.`, 'stream_options');
  }
  if (!stream) throw badRequest('stream_options can only be set when stream is true.', 'stream_options');
  return readBoolean(options, 'include_usage');
};

const readCacheSalt = (body: JsonObject): string | undefined => {
  const salt = read(body, 'cache_salt');
  if (salt === undefined || (typeof salt === 'string' && salt !== '')) return salt;
  throw badRequest(`cache_salt must be a string that is not empty, found ${describe(salt)}.`, 'cache_salt');
};

const parseObject = (json: string): JsonObject => {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch (error) {
    throw badRequest(`The body is not valid JSON: ${(error as Error).message}.`);
  }
  if (!isObject(body)) throw badRequest(`The body must be a JSON object, found ${describe(body)}.`);
  return body;
};

/**
 * Reads a request; what vLLM would refuse is refused.
 *
 * @throws ApiError with status 400
 */
export const parseChatRequest = (json: string): ChatRequest => {
  const body = parseObject(json);
  const { model } = body;
  if (typeof model !== 'string' || model === '') {
    throw badRequest(`model must be a string, found ${describe(model)}.`, 'model');
  }
  const n = readTokens(body, 'n', 1) ?? 1;
  if (n !== 1) throw badRequest(`n must be 1, found ${n}: one answer a request is served here.`, 'n');
  const maxTokens = readTokens(body, 'max_completion_tokens', 1) ?? readTokens(body, 'max_tokens', 1);
  const minTokens = readTokens(body, 'min_tokens', 0) ?? 0;
  if (maxTokens !== undefined && minTokens > maxTokens) {
    throw badRequest(`min_tokens must not be above max_tokens (${maxTokens}), found ${minTokens}.`, 'min_tokens');
  }
  const stream = readBoolean(body, 'stream');
  return {
    model,
    messages: readMessages(body),
    maxTokens,
    minTokens,
    ignoreEos: readBoolean(body, 'ignore_eos'),
    stream,
    includeUsage: readIncludeUsage(body, stream),
    cacheSalt: readCacheSalt(body),
  };
};

/** The refusal of a model that is not served: status 404, as vLLM words it. */
export const unknownModel = (model: string): ApiError =>
  new ApiError(404, 'NotFoundError', `The model \`${model}\` does not exist.`, 'model');
