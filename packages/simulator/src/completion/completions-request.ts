import type { AnswerRequest, Prompt } from './answer-request.js';
import { badRequest } from './api-error.js';
import {
  describe,
  type JsonObject,
  parseObject,
  readBoolean,
  readCacheSalt,
  readMinTokens,
  readModel,
  readStream,
  readTokens,
  refuseSeveral,
} from './request-fields.js';
import type { TokenText } from './token-text.js';

/** Most tokens of an answer where a request does not say: OpenAI's default, and vLLM's. */
const DEFAULT_MAX_TOKENS = 16;

const isListOfIds = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === 'number');

/**
 * One text, or the ids of one: `value` itself, or the only item of it as a list.
 *
 * @throws ApiError where there is nothing, or more than one prompt
 */
export const readPrompt = (value: unknown, field: string, textOf: TokenText): Prompt & { text: string } => {
  if (typeof value === 'string' && value !== '') return { text: value };
  if (isListOfIds(value)) {
    const tokenIds = textOf.checkedIds(value, field);
    return { text: textOf.text(tokenIds), tokenIds };
  }
  if (Array.isArray(value) && value.length === 1) return readPrompt(value[0], field, textOf);
  if (Array.isArray(value) && value.length > 1) {
    throw badRequest(`${field} holds ${value.length} prompts; one a request is served here.`, field);
  }
  throw badRequest(`${field} must be a text or a list of token ids and not empty, found ${describe(value)}.`, field);
};

const readMaxTokens = (body: JsonObject): number | undefined =>
  Object.hasOwn(body, 'max_tokens') ? readTokens(body, 'max_tokens', 1) : DEFAULT_MAX_TOKENS;

/**
 * Reads the body of `POST /v1/completions`; what vLLM would refuse is refused. Without `max_tokens` an answer has 16 tokens
 * at most, as there.
 *
 * @throws ApiError with status 400
 */
export const parseCompletionsRequest = (json: string, textOf: TokenText): AnswerRequest => {
  const body = parseObject(json);
  const model = readModel(body);
  refuseSeveral(body);
  if (readBoolean(body, 'echo')) throw badRequest('echo is not served here.', 'echo');
  const maxTokens = readMaxTokens(body);
  const minTokens = readMinTokens(body, maxTokens);
  const stream = readStream(body);
  return {
    model,
    prompt: readPrompt(body.prompt, 'prompt', textOf),
    maxTokens,
    minTokens,
    ignoreEos: readBoolean(body, 'ignore_eos'),
    cacheSalt: readCacheSalt(body),
    ...stream,
  };
};
