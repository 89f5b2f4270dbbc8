import { type Answer, asFilledText, asObject, isFilledText, type Loose, readUsage } from './answer.js';
import type { ChunkContent } from './chunk-format.js';
import { readChoice } from './read-choice.js';
import { toolCallsText } from './tool-calls.js';

/** Content in parts, as some servers of reasoning models send it: the text of the answer, and whether there is other text. */
const readParts = (parts: readonly unknown[]): { text: string; hasThinking: boolean } => {
  let text = '';
  let hasThinking = false;
  for (const part of parts) {
    const object = asObject(part);
    if (isFilledText(object?.text)) text += object.text;
    else if (object?.type === 'thinking') hasThinking = true;
  }
  return { text, hasThinking };
};

const firstChoice = ({ choices }: Loose): Loose | undefined =>
  Array.isArray(choices) ? asObject(choices[0]) : undefined;

/**
 * Reads a chunk of a streamed chat completion. Tokens are the content, a refusal, reasoning under either of its names,
 * and the names and arguments of tool calls.
 */
export const readChatChunk = (chunk: Loose, content: ChunkContent): void => {
  const delta = asObject(readChoice(chunk, content)?.delta);
  if (!delta) return;
  if (isFilledText(delta.content)) {
    content.text = delta.content;
    content.isToken = true;
  } else if (Array.isArray(delta.content)) {
    const { text, hasThinking } = readParts(delta.content);
    content.text = text;
    content.isToken = hasThinking || text !== '';
  } else if (isFilledText(delta.refusal)) {
    content.text = delta.refusal;
    content.isToken = true;
  }
  if (isFilledText(delta.reasoning_content) || isFilledText(delta.reasoning)) content.isToken = true;
  if (delta.tool_calls == null && delta.function_call == null) return;
  content.toolCalls = toolCallsText(delta);
  if (content.toolCalls !== '') content.isToken = true;
};

/** Reads a chat completion that comes whole. */
export const readChatAnswer = (body: Loose, answer: Answer): boolean => {
  const choice = firstChoice(body);
  if (!choice) return false;
  const message = asObject(choice.message) ?? {};
  const { content } = message;
  answer.text = Array.isArray(content)
    ? readParts(content).text
    : (asFilledText(content) ?? asFilledText(message.refusal) ?? '');
  answer.toolCalls = toolCallsText(message);
  answer.finishReason = asFilledText(choice.finish_reason);
  answer.usage = readUsage(body.usage);
  return true;
};
