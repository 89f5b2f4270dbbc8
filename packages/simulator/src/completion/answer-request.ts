import type { ChatMessage, ChatRequest } from './chat-request.js';

/** What a prompt is made of: messages, or text as it stands, with its token ids where these were given. */
export type Prompt =
  | { readonly messages: readonly ChatMessage[] }
  | { readonly text: string; readonly tokenIds?: Uint32Array | undefined };

/** What the simulator honours of a request for an answer, whatever the API. */
export interface AnswerRequest extends Omit<ChatRequest, 'messages'> {
  prompt: Prompt;
}
