import type { ChatMessage } from '@aibrix/schema';
import type { Turn } from '../conversation/fold-conversation.js';

const ROLES: ReadonlyMap<string, Turn['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
]);

/** Text parts are joined as servers join them for templates that take text only. */
const PART_SEPARATOR = '\n';

const textOfPart = (part: unknown): string | undefined => {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null) return undefined;
  const { type, text } = part as { type?: unknown; text?: unknown };
  return typeof text === 'string' && (type === undefined || type === 'text') ? text : undefined;
};

/** The text parts of a message's content, whatever else it holds. */
export const textPartsOf = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map(textOfPart)
    .filter((text) => text !== undefined)
    .join(PART_SEPARATOR);
};

/** Text of a message's content; undefined where it holds anything else. No content is no text. */
export const textOfContent = (content: unknown): string | undefined => {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map(textOfPart);
  return texts.includes(undefined) ? undefined : texts.join(PART_SEPARATOR);
};

const callsTools = (message: ChatMessage): boolean => {
  const { tool_calls: calls, function_call: call } = message as { tool_calls?: unknown; function_call?: unknown };
  return call != null || (Array.isArray(calls) && calls.length > 0);
};

/**
 * Messages of the OpenAI chat API as turns of text; undefined when one of them is more than that: content parts other
 * than text, calls of tools, or a role other than system, developer, user and assistant.
 */
export const textTurns = (messages: readonly ChatMessage[]): Turn[] | undefined => {
  const turns: Turn[] = [];
  for (const message of messages) {
    const role = ROLES.get(message.role);
    const text = textOfContent(message.content);
    if (role === undefined || text === undefined || callsTools(message)) return undefined;
    turns.push({ role, text });
  }
  return turns;
};
