import type { FinishReason } from './answer-length.js';
import type { AnswerRequest } from './answer-request.js';
import type { ChatAnswer, ChatStreamFormat, ChatUsage } from './chat-format.js';

/** How one API asks for an answer, and gets it. */
export interface AnswerApi {
  /** What the id of an answer begins with. */
  readonly idPrefix: string;
  /** What the fields are called that hold the prompt, and the most tokens of an answer. */
  readonly fields: { prompt: string; maxTokens: string };
  /** @throws ApiError for what a server of this API would refuse */
  parse(json: string): AnswerRequest;
  /** The events of a streamed answer. */
  stream(answer: ChatAnswer, options: { continuousUsage: boolean; usage: Readonly<ChatUsage> }): ChatStreamFormat;
  /** The body of an answer that is not streamed. */
  body(answer: ChatAnswer, whole: { text: string; finishReason: FinishReason; usage: ChatUsage }): string;
}
