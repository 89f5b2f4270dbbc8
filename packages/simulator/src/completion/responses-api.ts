import type { AnswerApi } from './answer-api.js';
import { responseBody, responsesStreamFormat } from './responses-format.js';
import { parseResponsesRequest } from './responses-request.js';

/** `/v1/responses`. */
export const responsesApi: AnswerApi = {
  idPrefix: 'resp_',
  fields: { prompt: 'input', maxTokens: 'max_output_tokens' },
  parse: parseResponsesRequest,
  stream: responsesStreamFormat,
  body: responseBody,
};
