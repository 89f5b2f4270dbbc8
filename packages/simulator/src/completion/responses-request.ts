import type { AnswerRequest } from './answer-request.js';
import { ApiError, badRequest } from './api-error.js';
import type { ChatMessage } from './chat-request.js';
import {
  describe,
  isObject,
  type JsonObject,
  parseObject,
  read,
  readBoolean,
  readCacheSalt,
  readModel,
  readTokens,
} from './request-fields.js';

const TEXT_PARTS: ReadonlySet<unknown> = new Set(['input_text', 'output_text', 'text', 'refusal', 'reasoning_text']);

const readPart = (part: unknown, place: string): string => {
  if (!isObject(part)) throw badRequest(`${place} must be an object, found ${describe(part)}.`, 'input');
  if (!TEXT_PARTS.has(part.type)) {
    throw badRequest(`${place} has type ${describe(part.type)}; only text is served here.`, 'input');
  }
  const text = part.text ?? part.refusal;
  if (typeof text === 'string') return text;
  throw badRequest(`${place}.text must be a string, found ${describe(text)}.`, 'input');
};

const readContent = (content: unknown, place: string): string => {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (Array.isArray(content)) return content.map((part, at) => readPart(part, `${place}[${at}]`)).join('');
  throw badRequest(`${place} must be a string or a list of parts, found ${describe(content)}.`, 'input');
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

const readItem = (item: unknown, index: number): ChatMessage => {
  const place = `input[${index}]`;
  if (!isObject(item)) throw badRequest(`${place} must be an object, found ${describe(item)}.`, 'input');
  switch (item.type) {
    case undefined:
    case 'message':
      if (typeof item.role !== 'string') {
        throw badRequest(`${place}.role must be a string, found ${describe(item.role)}.`, 'input');
      }
      return { role: item.role, text: readContent(item.content, `${place}.content`) };
    case 'function_call':
      return { role: 'assistant', text: asText(item.name) + asText(item.arguments) };
    case 'function_call_output':
      return { role: 'tool', text: readContent(item.output, `${place}.output`) };
    case 'reasoning':
      return { role: 'assistant', text: readContent(item.content, `${place}.content`) };
    default:
      throw badRequest(`${place} has type ${describe(item.type)}, which is not served here.`, 'input');
  }
};

const readInput = ({ input }: JsonObject): ChatMessage[] => {
  if (typeof input === 'string') return [{ role: 'user', text: input }];
  if (Array.isArray(input) && input.length > 0) return input.map(readItem);
  throw badRequest(`input must be a text or a list of at least one item, found ${describe(input)}.`, 'input');
};

const readInstructions = (body: JsonObject): ChatMessage[] => {
  const instructions = read(body, 'instructions');
  if (instructions === undefined) return [];
  if (typeof instructions === 'string') return [{ role: 'system', text: instructions }];
  throw badRequest(`instructions must be a string, found ${describe(instructions)}.`, 'instructions');
};

/** Nothing is kept here, and nothing is answered later. */
const refuseState = (body: JsonObject): void => {
  const previous = read(body, 'previous_response_id');
  if (previous !== undefined) {
    throw new ApiError(404, 'NotFoundError', `Response with id '${previous}' not found.`, 'previous_response_id');
  }
  if (readBoolean(body, 'background')) throw badRequest('background is not served here.', 'background');
  if (read(body, 'prompt') !== undefined) throw badRequest('prompt template is not supported', 'prompt');
};

/**
 * Reads the body of `POST /v1/responses`. As with vLLM there is no `min_tokens`, and `ignore_eos` is honoured.
 *
 * @throws ApiError with status 400, or 404 for a response of before
 */
export const parseResponsesRequest = (json: string): AnswerRequest => {
  const body = parseObject(json);
  const model = readModel(body);
  refuseState(body);
  const maxTokens = readTokens(body, 'max_output_tokens', 1);
  return {
    model,
    prompt: { messages: [...readInstructions(body), ...readInput(body)] },
    maxTokens,
    minTokens: 0,
    ignoreEos: readBoolean(body, 'ignore_eos'),
    cacheSalt: readCacheSalt(body),
    stream: readBoolean(body, 'stream'),
    // The last event always has it.
    includeUsage: true,
    continuousUsage: false,
  };
};
