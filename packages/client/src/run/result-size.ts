import type { ChatMessage, RequestResult } from '@aibrix/schema';

/** Clocks, counts and names of a result. */
const FRAME_BYTES = 1024;
/** Two numbers. */
const GAP_BYTES = 16;
const MESSAGE_BYTES = 32;

const bytesOfMessage = ({ content }: ChatMessage): number =>
  // Of a list of parts the text is what weighs.
  MESSAGE_BYTES + (typeof content === 'string' ? content.length : JSON.stringify(content ?? null).length);

/** Memory that a result takes, near enough to bound a queue by. */
export const sizeOfResult = ({ input, output, itl }: RequestResult): number => {
  let bytes = FRAME_BYTES + (output?.length ?? 0) + (itl?.length ?? 0) * GAP_BYTES;
  if (input) for (const message of input) bytes += bytesOfMessage(message);
  return bytes;
};
