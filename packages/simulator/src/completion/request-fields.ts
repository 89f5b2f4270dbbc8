import { ApiError, badRequest } from './api-error.js';

/** A JSON object of which nothing is known. */
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as messages show it, cut where it is long. */
export const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
};

/** A field's value. In OpenAI's API null stands for "not set". */
export const read = (body: JsonObject, key: string): unknown => body[key] ?? undefined;

/** A whole number of at least `minimum`. */
export const readTokens = (body: JsonObject, key: string, minimum: number): number | undefined => {
  const value = read(body, key);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value;
  throw badRequest(`${key} must be a whole number of at least ${minimum}, found ${describe(value)}.`, key);
};

/** True or false; false where it is not set. */
export const readBoolean = (body: JsonObject, key: string): boolean => {
  const value = read(body, key) ?? false;
  if (typeof value === 'boolean') return value;
  throw badRequest(`${key} must be true or false, found ${describe(value)}.`, key);
};

export const readModel = ({ model }: JsonObject): string => {
  if (typeof model === 'string' && model !== '') return model;
  throw badRequest(`model must be a string, found ${describe(model)}.`, 'model');
};

/** @throws ApiError where more than one answer is asked for */
export const refuseSeveral = (body: JsonObject): void => {
  const n = readTokens(body, 'n', 1) ?? 1;
  if (n !== 1) throw badRequest(`n must be 1, found ${n}: one answer a request is served here.`, 'n');
};

/** `min_tokens`, which is at most `maxTokens`. */
export const readMinTokens = (body: JsonObject, maxTokens: number | undefined): number => {
  const minTokens = readTokens(body, 'min_tokens', 0) ?? 0;
  if (maxTokens === undefined || minTokens <= maxTokens) return minTokens;
  throw badRequest(`min_tokens must not be above max_tokens (${maxTokens}), found ${minTokens}.`, 'min_tokens');
};

/** `cache_salt`, as vLLM takes it. */
export const readCacheSalt = (body: JsonObject): string | undefined => {
  const salt = read(body, 'cache_salt');
  if (salt === undefined || (typeof salt === 'string' && salt !== '')) return salt;
  throw badRequest(`cache_salt must be a string that is not empty, found ${describe(salt)}.`, 'cache_salt');
};

export interface StreamFields {
  stream: boolean;
  /** `stream_options.include_usage`. */
  includeUsage: boolean;
  /** `stream_options.continuous_usage_stats`, which says nothing without `include_usage`. */
  continuousUsage: boolean;
}

/** `stream` and `stream_options`. */
export const readStream = (body: JsonObject): StreamFields => {
  const stream = readBoolean(body, 'stream');
  const options = read(body, 'stream_options');
  if (options === undefined) return { stream, includeUsage: false, continuousUsage: false };
  if (!isObject(options)) {
    throw badRequest(`stream_options must be an object, found ${describe(options)}.`, 'stream_options');
  }
  if (!stream) throw badRequest('stream_options can only be set when stream is true.', 'stream_options');
  const includeUsage = readBoolean(options, 'include_usage');
  return { stream, includeUsage, continuousUsage: includeUsage && readBoolean(options, 'continuous_usage_stats') };
};

/** @throws ApiError where the body is no JSON object */
export const parseObject = (json: string): JsonObject => {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch (error) {
    throw badRequest(`The body is not valid JSON: ${(error as Error).message}.`);
  }
  if (!isObject(body)) throw badRequest(`The body must be a JSON object, found ${describe(body)}.`);
  return body;
};

/** The refusal of a model that is not served: status 404, as vLLM words it. */
export const unknownModel = (model: string): ApiError =>
  new ApiError(404, 'NotFoundError', `The model \`${model}\` does not exist.`, 'model');
