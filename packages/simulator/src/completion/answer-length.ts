import { lognormal, type Random } from '@aibrix/core/random';
import { badRequest } from './api-error.js';
import type { ChatRequest } from './chat-request.js';

export type FinishReason = 'stop' | 'length';

export interface AnswerLength {
  tokens: number;
  finishReason: FinishReason;
}

/** Median and log standard deviation of an answer's length where the request does not fix it; the mean is 211 tokens. */
const MEDIAN_TOKENS = 129;
const LOG_STD = 0.99;

/**
 * How many tokens to answer with, and why it ends there.
 *
 * `max_tokens` exactly ("length") with `ignore_eos`, or when `min_tokens` equals it. Otherwise a lognormal draw (median
 * 129, mean 211 tokens: as the conversations of the Azure LLM inference trace of 2023) of at least `min_tokens`: "stop",
 * or "length" where `max_tokens` or the model's context ends it before. `ignore_eos` without `max_tokens` gets the draw
 * too, where a real engine would fill its context.
 *
 * @throws ApiError with status 400 when prompt and `max_tokens` exceed the context
 */
export const chooseAnswerLength = (
  request: Pick<ChatRequest, 'maxTokens' | 'minTokens' | 'ignoreEos'>,
  context: {
    promptTokens: number;
    maxModelLen: number;
    random: Random;
    /** What the fields are called in which the request says too much. Default `messages` and `max_tokens`. */
    fields?: { prompt: string; maxTokens: string } | undefined;
  },
): AnswerLength => {
  const { promptTokens, maxModelLen, random, fields = { prompt: 'messages', maxTokens: 'max_tokens' } } = context;
  const { minTokens, ignoreEos } = request;
  const room = maxModelLen - promptTokens;
  const asked = Math.max(1, request.maxTokens ?? minTokens);
  if (asked > room) {
    throw badRequest(
      `This model's maximum context length is ${maxModelLen} tokens, and the request has ${promptTokens} prompt tokens ` +
        `and asks for ${asked} more. Shorten the ${fields.prompt} or ask for less.`,
      room < 1 ? fields.prompt : fields.maxTokens,
    );
  }
  const limit = request.maxTokens ?? room;
  if (request.maxTokens !== undefined && (ignoreEos || minTokens === limit)) {
    return { tokens: limit, finishReason: 'length' };
  }
  const drawn = Math.max(1, minTokens, Math.round(lognormal(random, Math.log(MEDIAN_TOKENS), LOG_STD)()));
  return drawn < limit ? { tokens: drawn, finishReason: 'stop' } : { tokens: limit, finishReason: 'length' };
};
