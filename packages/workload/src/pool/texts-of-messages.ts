import type { ChatMessage, MessagesPrompt } from '@aibrix/schema';

const textOf = ({ content }: ChatMessage): string[] => {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? [part.text] : []));
};

/** The texts of a conversation, whose tokens are its length: what images and tools cost is not known here. */
export const textsOfMessages = ({ messages }: Pick<MessagesPrompt, 'messages'>): string[] => messages.flatMap(textOf);
