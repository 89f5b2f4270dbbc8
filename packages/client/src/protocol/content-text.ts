import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import { asObject } from './answer.js';

/** The text of one message's content; null where a part of it is no text, such as an image. */
export const contentText = (content: unknown): string | null => {
  if (content == null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  let text = '';
  for (const part of content) {
    const partText = asObject(part)?.text;
    if (typeof partText !== 'string') return null;
    text += partText;
  }
  return text;
};

/** The texts of messages one after another, with nothing between them. */
export const textOf = (messages: readonly ChatMessage[]): string =>
  messages.map(({ content }) => contentText(content) ?? '').join('');

/** Whether every message is text. */
export const isAllText = ({ messages }: WorkloadRequest): boolean =>
  (messages ?? []).every(({ content }) => contentText(content) !== null);
