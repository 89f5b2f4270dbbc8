import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import type { BodyOptions, Protocol } from './protocol.js';

/** The body of a request, as the bytes that are sent. Further fields are merged last. */
export const requestBody = (
  protocol: Protocol,
  request: WorkloadRequest,
  messages: readonly ChatMessage[],
  options: BodyOptions,
): Uint8Array =>
  Buffer.from(JSON.stringify({ ...protocol.fieldsOf(request, messages, options), ...options.extraBody }));
