import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import { lengthFields } from './length-control.js';
import type { BodyOptions, RequestProblem } from './protocol.js';
import { hasNoText, modelFields, streamFields } from './request-fields.js';

/** A chat server puts the template around texts: it takes no token ids. */
export const chatProblem = (request: WorkloadRequest): RequestProblem | null =>
  hasNoText(request)
    ? {
        message: 'it has token ids and no text, and a chat API takes none',
        hint: 'Send it with the API completions, which takes token ids as prompt.',
      }
    : null;

/** The fields of a chat completion request. */
export const chatFields = (
  request: WorkloadRequest,
  messages: readonly ChatMessage[],
  options: BodyOptions,
): Record<string, unknown> => ({
  ...modelFields(request, options),
  messages,
  temperature: options.temperature,
  ...lengthFields(request, options),
  ...streamFields(options),
});
