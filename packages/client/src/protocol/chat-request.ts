import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';

/**
 * How a server is made to produce the planned number of tokens.
 *
 * - `min-tokens`: `min_tokens` = `max_tokens` (vLLM, SGLang)
 * - `ignore-eos`: `ignore_eos: true` with `max_tokens`
 * - `none`: `max_tokens` only, so the model may stop earlier
 */
export type LengthControl = 'min-tokens' | 'ignore-eos' | 'none';

export interface ChatRequestOptions {
  /** Used unless the request names a model. */
  model: string;
  streaming: boolean;
  /** Most tokens an answer may have; null: no limit. */
  outputTokenLimit: number | null;
  lengthControl: LengthControl;
  temperature: number;
  /** Parts the server's prefix cache; null: not sent. */
  cacheSalt: string | null;
}

export const CHAT_COMPLETIONS_PATH = '/v1/chat/completions';

/** Tokens to ask for: what is planned, cut at the limit; null when neither says anything. */
const tokensToAskFor = (request: WorkloadRequest, outputTokenLimit: number | null): number | null => {
  const planned = request.output_length ?? null;
  if (planned === null) return outputTokenLimit;
  // A server refuses max_tokens 0; one token is the shortest answer there is.
  const tokens = Math.max(1, Math.round(planned));
  return outputTokenLimit === null ? tokens : Math.min(tokens, outputTokenLimit);
};

const lengthFields = (request: WorkloadRequest, options: ChatRequestOptions): Record<string, unknown> => {
  const tokens = tokensToAskFor(request, options.outputTokenLimit);
  if (tokens === null) return {};
  if (request.output_length == null || options.lengthControl === 'none') return { max_tokens: tokens };
  return options.lengthControl === 'min-tokens'
    ? { max_tokens: tokens, min_tokens: tokens }
    : { max_tokens: tokens, ignore_eos: true };
};

/** The body of a chat completion request, as the bytes that are sent. */
export const chatRequestBody = (
  request: WorkloadRequest,
  messages: readonly ChatMessage[],
  options: ChatRequestOptions,
): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      model: request.model ?? options.model,
      messages,
      temperature: options.temperature,
      ...lengthFields(request, options),
      ...(options.cacheSalt !== null && { cache_salt: options.cacheSalt }),
      ...(options.streaming ? { stream: true, stream_options: { include_usage: true } } : { stream: false }),
    }),
  );
