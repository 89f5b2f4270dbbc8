import type { AnswerApi } from './answer-api.js';
import { completionBody, completionsStreamFormat } from './completions-format.js';
import { parseCompletionsRequest } from './completions-request.js';
import type { TokenText } from './token-text.js';

/** `/v1/completions`. */
export const completionsApi = (textOf: TokenText): AnswerApi => ({
  idPrefix: 'cmpl-',
  fields: { prompt: 'prompt', maxTokens: 'max_tokens' },
  parse: (json) => parseCompletionsRequest(json, textOf),
  stream: completionsStreamFormat,
  body: completionBody,
});
