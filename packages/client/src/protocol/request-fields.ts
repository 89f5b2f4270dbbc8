import type { WorkloadRequest } from '@aibrix/schema';
import type { BodyOptions } from './protocol.js';

/** Whether a request has token ids and nothing else to send. */
export const hasNoText = ({ prompt, messages, prompt_token_ids: ids }: WorkloadRequest): boolean =>
  ids != null && prompt == null && (messages == null || messages.length === 0);

/** Whether a request is sent as token ids: where there is no text, or where ids are wanted and there. */
export const sendsTokenIds = (request: WorkloadRequest, { sendTokenIds }: Pick<BodyOptions, 'sendTokenIds'>): boolean =>
  hasNoText(request) || (sendTokenIds && request.prompt_token_ids != null);

/** Which model is asked, and which part of its prefix cache. */
export const modelFields = (
  request: WorkloadRequest,
  { model, cacheSalt }: Pick<BodyOptions, 'model' | 'cacheSalt'>,
): Record<string, unknown> => ({
  model: request.model ?? model,
  ...(cacheSalt !== null && { cache_salt: cacheSalt }),
});

/** Whether the answer is streamed, with its usage: as chat and completions have it. */
export const streamFields = ({
  streaming,
  continuousUsage,
}: Pick<BodyOptions, 'streaming' | 'continuousUsage'>): Record<string, unknown> =>
  streaming
    ? {
        stream: true,
        stream_options: { include_usage: true, ...(continuousUsage && { continuous_usage_stats: true }) },
      }
    : { stream: false };
