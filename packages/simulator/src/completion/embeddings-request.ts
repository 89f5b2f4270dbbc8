import { badRequest } from './api-error.js';
import { readPrompt } from './completions-request.js';
import { describe, parseObject, read, readCacheSalt, readModel, readTokens } from './request-fields.js';
import type { TokenText } from './token-text.js';

/** Where a request does not say. */
const DEFAULT_DIMENSIONS = 768;

const MAX_DIMENSIONS = 65_536;

/** One text to embed, with its token ids where these were given. */
export interface EmbeddingInput {
  text: string;
  tokenIds?: Uint32Array | undefined;
}

/** What the simulator honours of the body of `POST /v1/embeddings`. */
export interface EmbeddingsRequest {
  model: string;
  inputs: EmbeddingInput[];
  encoding: 'float' | 'base64';
  dimensions: number;
  /** Only requests with the same salt share what is in the KV cache. */
  cacheSalt: string | undefined;
}

const isList = (input: unknown): input is unknown[] =>
  Array.isArray(input) && input.length > 0 && !input.every((item) => typeof item === 'number');

/**
 * Reads a request; `input` is a text, a list of texts, token ids, or a list of lists of them.
 *
 * @throws ApiError with status 400
 */
export const parseEmbeddingsRequest = (json: string, textOf: TokenText): EmbeddingsRequest => {
  const body = parseObject(json);
  const model = readModel(body);
  const { input } = body;
  const encoding = read(body, 'encoding_format') ?? 'float';
  if (encoding !== 'float' && encoding !== 'base64') {
    throw badRequest(`encoding_format must be "float" or "base64", found ${describe(encoding)}.`, 'encoding_format');
  }
  const dimensions = readTokens(body, 'dimensions', 1) ?? DEFAULT_DIMENSIONS;
  if (dimensions > MAX_DIMENSIONS) {
    throw badRequest(`dimensions must be at most ${MAX_DIMENSIONS}, found ${dimensions}.`, 'dimensions');
  }
  const inputs = (isList(input) ? input : [input]).map((item) => readPrompt(item, 'input', textOf));
  return { model, inputs, encoding, dimensions, cacheSalt: readCacheSalt(body) };
};
