/** Token counts as a server reports them; null is "not reported". */
export interface Usage {
  promptTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
  cachedTokens: number | null;
  reasoningTokens: number | null;
}

/** What a response has said so far. Times are epoch milliseconds. */
export interface Answer {
  /** Text of the answer, without reasoning. */
  text: string;
  /** Whether it is text at all: embeddings are not. */
  hasText: boolean;
  /** Tool calls as text, a line a call. */
  toolCalls: string;
  usage: Usage | null;
  finishReason: string | null;
  firstTokenMs: number | null;
  firstAnswerMs: number | null;
  lastTokenMs: number | null;
  /** Tokens in the first token-carrying read. */
  firstReadTokens: number | null;
  /** Tokens that have arrived, as far as the stream lets them be counted. */
  tokensSoFar: number;
  /** Token-carrying reads. */
  reads: number;
  /** Gaps between successive token-carrying reads, in milliseconds. */
  gapsMs: number[];
  /** Tokens in the read that ends each gap. */
  gapTokens: number[];
  /** Whether those are known from usage in every chunk; otherwise one token a chunk is assumed. */
  hasContinuousUsage: boolean;
}

export const emptyAnswer = (): Answer => ({
  text: '',
  hasText: true,
  toolCalls: '',
  usage: null,
  finishReason: null,
  firstTokenMs: null,
  firstAnswerMs: null,
  lastTokenMs: null,
  firstReadTokens: null,
  tokensSoFar: 0,
  reads: 0,
  gapsMs: [],
  gapTokens: [],
  hasContinuousUsage: false,
});

/** What a server sends is read leniently: any field may be missing or of another type. */
export type Loose = Record<string, unknown>;

export const asObject = (value: unknown): Loose | undefined =>
  typeof value === 'object' && value !== null ? (value as Loose) : undefined;

const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const isFilledText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const asFilledText = (value: unknown): string | null => (isFilledText(value) ? value : null);

export const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/**
 * Usage of a chat completion or a completion. Cached tokens are in `prompt_tokens_details` (OpenAI, vLLM and SGLang, which
 * report null unless told to report them), in `cached_tokens` (Moonshot) or in `prompt_cache_hit_tokens` (DeepSeek);
 * reasoning tokens in `completion_tokens_details`, or beside the other counts (SGLang).
 */
export const readUsage = (value: unknown): Usage | null => {
  const usage = asObject(value);
  if (!usage) return null;
  const prompt = asObject(usage.prompt_tokens_details);
  const output = asObject(usage.completion_tokens_details);
  return {
    promptTokens: asNumber(usage.prompt_tokens),
    outputTokens: asNumber(usage.completion_tokens),
    totalTokens: asNumber(usage.total_tokens),
    cachedTokens:
      asNumber(prompt?.cached_tokens) ?? asNumber(usage.cached_tokens) ?? asNumber(usage.prompt_cache_hit_tokens),
    reasoningTokens: asNumber(output?.reasoning_tokens) ?? asNumber(usage.reasoning_tokens),
  };
};

/** The message of an error object, in the forms that servers use. */
export const readErrorMessage = (body: unknown): string | null => {
  const object = asObject(body);
  if (!object) return null;
  const error = asObject(object.error);
  return asText(error?.message) ?? asText(object.error) ?? asText(object.message) ?? asText(object.detail);
};
