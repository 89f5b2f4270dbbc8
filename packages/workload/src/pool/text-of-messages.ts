import type { ChatMessage, MessagesPrompt } from '@aibrix/schema';

const textOf = ({ content }: ChatMessage): string[] => {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? [part.text] : []));
};

/** All text of a conversation, a line each, to count its tokens: what images and tools cost is not known here. */
export const textOfMessages = ({ messages }: MessagesPrompt): string => messages.flatMap(textOf).join('\n');
