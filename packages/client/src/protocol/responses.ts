import { chatProblem } from './chat-request.js';
import type { Protocol } from './protocol.js';
import { readResponse, readResponsesEvent, responsesFailure } from './responses-answer.js';
import { responsesFields } from './responses-request.js';

/** `POST /v1/responses`. */
export const responses: Protocol = {
  path: '/v1/responses',
  isGenerative: true,
  problemOf: chatProblem,
  fieldsOf: responsesFields,
  readChunk: readResponsesEvent,
  whole: { name: 'response object', read: readResponse, failureOf: responsesFailure },
};
