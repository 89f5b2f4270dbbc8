import type { AnswerApi } from './answer-api.js';
import { chatCompletionBody, chatStreamFormat } from './chat-format.js';
import { parseChatRequest } from './chat-request.js';

/** `/v1/chat/completions`. */
export const chatApi: AnswerApi = {
  idPrefix: 'chatcmpl-',
  fields: { prompt: 'messages', maxTokens: 'max_tokens' },
  parse(json) {
    const { messages, ...request } = parseChatRequest(json);
    return { ...request, prompt: { messages } };
  },
  stream: chatStreamFormat,
  body: chatCompletionBody,
};
