import { z } from 'zod';

/** Options of `messages`. */
export interface MessagesOptions {
  /** Conversations in the form of the OpenAI chat API. `.gz` and `.zst` are decompressed; `-` is stdin. */
  path: string;
  /**
   * `sessions` replays each conversation turn by turn; one that is more than text is left out. `messages` sends each as
   * it is in one request, images and calls of tools included. Default `sessions`.
   */
  form?: 'sessions' | 'messages' | undefined;
}

/** The options with defaults filled in. */
export interface MessagesSettings {
  path: string;
  form: 'sessions' | 'messages';
}

/** Checks the options of `messages` and fills in defaults. */
export const messagesOptionsSchema: z.ZodType<MessagesSettings, MessagesOptions> = z.strictObject({
  path: z.string().min(1, 'must name a file'),
  form: z.enum(['sessions', 'messages'], 'must be "sessions" or "messages"').default('sessions'),
});
