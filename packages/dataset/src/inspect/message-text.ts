import type { ChatMessage } from '@aibrix/schema';
import { textOfContent, textPartsOf } from '../messages/text-turns.js';

/** What of a message is text, and what is not. */
export interface MessageText {
  text: string;
  /** Content parts that are no text, such as images; their tokens are not known. */
  otherParts: number;
}

const otherPartsOf = (content: unknown): number => {
  if (textOfContent(content) !== undefined) return 0;
  return Array.isArray(content) ? content.filter((part) => textOfContent([part]) === undefined).length : 1;
};

/** The text of a message's content, as it is counted when `messages` records are made. */
export const textOfMessage = ({ content }: ChatMessage): MessageText => ({
  text: textPartsOf(content),
  otherParts: otherPartsOf(content),
});
