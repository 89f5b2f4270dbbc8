import type { Failure } from '../exchange/failure.js';
import { type Answer, asFilledText, asNumber, asObject, isFilledText, type Loose, type Usage } from './answer.js';
import type { ChunkContent } from './chunk-format.js';
import { callText } from './tool-calls.js';

const readUsage = (value: unknown): Usage | null => {
  const usage = asObject(value);
  if (!usage) return null;
  return {
    promptTokens: asNumber(usage.input_tokens),
    outputTokens: asNumber(usage.output_tokens),
    totalTokens: asNumber(usage.total_tokens),
    cachedTokens: asNumber(asObject(usage.input_tokens_details)?.cached_tokens),
    reasoningTokens: asNumber(asObject(usage.output_tokens_details)?.reasoning_tokens),
  };
};

/** Why an answer ended before the model wanted it to, in the words of the chat API. */
const CUT_REASONS: Readonly<Record<string, string>> = { max_output_tokens: 'length', max_tokens: 'length' };

/** Why a response ended, in the words of the chat API: `stop`, `tool_calls`, `length`, …; else its status. */
const finishReasonOf = ({ status, incomplete_details: details, output }: Loose): string | null => {
  const cut = asFilledText(asObject(details)?.reason);
  if (cut !== null) return CUT_REASONS[cut] ?? cut;
  if (status !== 'completed') return asFilledText(status);
  const items = Array.isArray(output) ? output.map((item) => asObject(item)?.type) : [];
  return items.includes('function_call') && !items.includes('message') ? 'tool_calls' : 'stop';
};

const failed = (error: unknown, fallback: string): Failure => ({
  type: 'stream_interrupted',
  code: 'error_event',
  message: asFilledText(asObject(error)?.message) ?? fallback,
});

/** The failure that a response tells of; null where it is none. */
export const responsesFailure = ({ status, error }: Loose): Failure | null =>
  status === 'failed' || status === 'cancelled' ? failed(error, `the response is ${status}`) : null;

const takeEnd = (event: Loose, content: ChunkContent): void => {
  const response = asObject(event.response) ?? {};
  content.failure = responsesFailure(response);
  content.usage = readUsage(response.usage);
  content.finishReason = finishReasonOf(response);
  content.showsEnd = true;
  content.isLast = true;
};

const takeDelta = (event: Loose, content: ChunkContent, kind: 'text' | 'reasoning' | 'call'): void => {
  const { delta } = event;
  if (!isFilledText(delta)) return;
  content.isToken = true;
  if (kind === 'text') content.text = delta;
  else if (kind === 'call') content.toolCalls = delta;
};

const takeItem = (item: Loose | undefined, content: ChunkContent): void => {
  if (item?.type !== 'function_call' || !isFilledText(item.name)) return;
  content.toolCalls = callText(item.name, item.arguments);
  content.isToken = true;
};

/**
 * Reads an event of a streamed response. Tokens are deltas of text, refusal and reasoning, and the names and arguments of
 * function calls. Events that repeat a whole text at its end, and those of other kinds, say nothing new.
 */
export const readResponsesEvent = (event: Loose, content: ChunkContent): void => {
  switch (event.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      takeDelta(event, content, 'text');
      return;
    case 'response.reasoning_text.delta':
    case 'response.reasoning_summary_text.delta':
      takeDelta(event, content, 'reasoning');
      return;
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
    case 'response.mcp_call_arguments.delta':
    case 'response.code_interpreter_call_code.delta':
      takeDelta(event, content, 'call');
      return;
    case 'response.output_item.added':
      takeItem(asObject(event.item), content);
      return;
    case 'response.completed':
    case 'response.incomplete':
      takeEnd(event, content);
      return;
    case 'response.failed':
    case 'response.cancelled':
      content.failure = failed(asObject(event.response)?.error, 'the server says that the response failed');
      return;
    case 'error':
      content.failure = failed(event, 'the server says that the response failed');
      return;
  }
};

const messageText = (item: Loose): string =>
  (Array.isArray(item.content) ? item.content : [])
    .map((part) => asFilledText(asObject(part)?.text) ?? asFilledText(asObject(part)?.refusal) ?? '')
    .join('');

/** Reads a response that comes whole. */
export const readResponse = (body: Loose, answer: Answer): boolean => {
  if (!Array.isArray(body.output)) return false;
  for (const value of body.output) {
    const item = asObject(value);
    if (item?.type === 'message') answer.text += messageText(item);
    else if (item?.type === 'function_call') answer.toolCalls += callText(item.name, item.arguments);
  }
  answer.finishReason = finishReasonOf(body);
  answer.usage = readUsage(body.usage);
  return true;
};
