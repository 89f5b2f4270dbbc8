import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import { asObject, isFilledText, type Loose } from './answer.js';
import { contentText } from './content-text.js';
import { tokensToAskFor } from './length-control.js';
import type { BodyOptions } from './protocol.js';
import { modelFields } from './request-fields.js';

const isInstruction = ({ role }: ChatMessage): boolean => role === 'system' || role === 'developer';

/** A part of a message's content, in the words of this API; what it does not know goes through as it is. */
const itemPart = (part: unknown, role: string): unknown => {
  const object = asObject(part);
  if (object?.type === 'text') return { type: role === 'assistant' ? 'output_text' : 'input_text', text: object.text };
  if (object?.type !== 'image_url') return part;
  const { url, detail } = asObject(object.image_url) ?? {};
  return { type: 'input_image', image_url: url, ...(detail !== undefined && { detail }) };
};

const callItem = (call: unknown): Loose => {
  const { id, function: called } = asObject(call) ?? {};
  const { name, arguments: args } = asObject(called) ?? {};
  return { type: 'function_call', call_id: id, name, arguments: args };
};

/** The items that say what a chat message says: its text, then its tool calls; or the output of a tool. */
const itemsOf = (message: ChatMessage): unknown[] => {
  const { role, content } = message;
  const { tool_calls: calls, tool_call_id: callId } = message as ChatMessage & Loose;
  if (role === 'tool')
    return [{ type: 'function_call_output', call_id: callId, output: contentText(content) ?? content }];
  const items: unknown[] = Array.isArray(calls) ? calls.map(callItem) : [];
  if (Array.isArray(content)) {
    items.unshift({ role, content: content.map((part) => itemPart(part, role)) });
  } else if (isFilledText(content) || items.length === 0) {
    items.unshift({ role, content: content ?? '' });
  }
  return items;
};

/** This API has no `min_tokens`; vLLM's has `ignore_eos`. */
const outputFields = (request: WorkloadRequest, options: BodyOptions): Record<string, unknown> => {
  const tokens = tokensToAskFor(request, options.outputTokenLimit);
  if (tokens === null) return {};
  const isFixed = request.output_length != null && options.lengthControl !== 'none';
  return { max_output_tokens: tokens, ...(isFixed && { ignore_eos: true }) };
};

/**
 * The fields of a request for a response. System messages at the start of the conversation become `instructions`, an empty
 * line between them; the server is asked to keep nothing (`store: false`), so each turn carries the whole conversation.
 */
export const responsesFields = (
  request: WorkloadRequest,
  messages: readonly ChatMessage[],
  options: BodyOptions,
): Record<string, unknown> => {
  const first = messages.findIndex((message) => !isInstruction(message));
  const instructions = messages.slice(0, Math.max(first, 0)).map(({ content }) => contentText(content) ?? '');
  return {
    ...modelFields(request, options),
    ...(instructions.length > 0 && { instructions: instructions.join('\n\n') }),
    input: messages.slice(instructions.length).flatMap(itemsOf),
    temperature: options.temperature,
    ...outputFields(request, options),
    store: false,
    stream: options.streaming,
  };
};
