import { readChatAnswer, readChatChunk } from './chat-answer.js';
import { chatFields, chatProblem } from './chat-request.js';
import type { Protocol } from './protocol.js';

/** `POST /v1/chat/completions`. */
export const chat: Protocol = {
  path: '/v1/chat/completions',
  isGenerative: true,
  problemOf: chatProblem,
  fieldsOf: chatFields,
  readChunk: readChatChunk,
  whole: { name: 'chat completion', read: readChatAnswer },
};
