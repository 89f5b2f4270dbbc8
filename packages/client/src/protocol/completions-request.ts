import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import { isAllText, textOf } from './content-text.js';
import { lengthFields } from './length-control.js';
import type { BodyOptions, RequestProblem } from './protocol.js';
import { modelFields, sendsTokenIds, streamFields } from './request-fields.js';

/** A prompt is one text or one list of token ids. */
export const completionsProblem = (
  request: WorkloadRequest,
  options: Pick<BodyOptions, 'sendTokenIds'>,
): RequestProblem | null => {
  if (!sendsTokenIds(request, options)) {
    return isAllText(request)
      ? null
      : { message: 'it has content that is no text, and a prompt has text only', hint: 'Send it with the API chat.' };
  }
  if (request.session_id == null || request.parents != null) return null;
  return {
    message: 'it is a turn of a session and is sent as token ids: the conversation before it has none',
    hint: 'Give it as text, or give each request its whole context and "parents".',
  };
};

/**
 * The fields of a completion request. The prompt of a later turn is the conversation so far, texts one after another with
 * nothing between them, so that it begins with the whole of the turn before.
 */
export const completionsFields = (
  request: WorkloadRequest,
  messages: readonly ChatMessage[],
  options: BodyOptions,
): Record<string, unknown> => ({
  ...modelFields(request, options),
  prompt: sendsTokenIds(request, options) ? request.prompt_token_ids : textOf(messages),
  temperature: options.temperature,
  ...lengthFields(request, options),
  ...streamFields(options),
});
