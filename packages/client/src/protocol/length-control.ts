import type { WorkloadRequest } from '@aibrix/schema';

/**
 * How a server is made to produce the planned number of tokens.
 *
 * - `min-tokens`: `min_tokens` = the most tokens asked for (vLLM, SGLang); `ignore_eos: true` where the API has no such
 *   field (responses)
 * - `ignore-eos`: `ignore_eos: true`
 * - `none`: only the most tokens are asked for, so the model may stop earlier
 */
export type LengthControl = 'min-tokens' | 'ignore-eos' | 'none';

/** Tokens to ask for: what is planned, cut at the limit; null when neither says anything. */
export const tokensToAskFor = (request: WorkloadRequest, outputTokenLimit: number | null): number | null => {
  const planned = request.output_length ?? null;
  if (planned === null) return outputTokenLimit;
  // A server refuses max_tokens 0; one token is the shortest answer there is.
  const tokens = Math.max(1, Math.round(planned));
  return outputTokenLimit === null ? tokens : Math.min(tokens, outputTokenLimit);
};

/** The fields that ask for as many tokens as planned, as chat and completions have them. */
export const lengthFields = (
  request: WorkloadRequest,
  options: { outputTokenLimit: number | null; lengthControl: LengthControl },
): Record<string, unknown> => {
  const tokens = tokensToAskFor(request, options.outputTokenLimit);
  if (tokens === null) return {};
  if (request.output_length == null || options.lengthControl === 'none') return { max_tokens: tokens };
  return options.lengthControl === 'min-tokens'
    ? { max_tokens: tokens, min_tokens: tokens }
    : { max_tokens: tokens, ignore_eos: true };
};
