import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import { type Answer, asObject, type Loose, readUsage } from './answer.js';
import { isAllText, textOf } from './content-text.js';
import type { BodyOptions, Protocol, RequestProblem } from './protocol.js';
import { modelFields, sendsTokenIds } from './request-fields.js';

const problemOf = (request: WorkloadRequest, options: Pick<BodyOptions, 'sendTokenIds'>): RequestProblem | null =>
  sendsTokenIds(request, options) || isAllText(request)
    ? null
    : { message: 'it has content that is no text, and only text is embedded', hint: 'Leave such requests out.' };

/** Nothing is generated: lengths of answers, temperature and streaming have no meaning here. */
const fieldsOf = (
  request: WorkloadRequest,
  messages: readonly ChatMessage[],
  options: BodyOptions,
): Record<string, unknown> => ({
  ...modelFields(request, options),
  input: sendsTokenIds(request, options) ? request.prompt_token_ids : textOf(messages),
});

const readEmbeddings = ({ data, usage: reported }: Loose, answer: Answer): boolean => {
  if (!Array.isArray(data) || asObject(data[0])?.embedding === undefined) return false;
  const usage = readUsage(reported);
  // Some servers report 0 output tokens, where there is nothing to count.
  answer.usage = usage && { ...usage, outputTokens: null, reasoningTokens: null };
  answer.hasText = false;
  return true;
};

/** `POST /v1/embeddings`. */
export const embeddings: Protocol = {
  path: '/v1/embeddings',
  isGenerative: false,
  problemOf,
  fieldsOf,
  readChunk: () => {},
  whole: { name: 'list of embeddings', read: readEmbeddings },
};
