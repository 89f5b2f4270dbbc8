import { BenchmarkError } from '@aibrix/core/errors';
import ky, { isHTTPError, isNetworkError, type KyResponse } from 'ky';
import { BUILT_IN_TOKENIZERS } from '../tokenizer/built-in.js';
import type { ModelFile } from './model-file.js';
import { formatModelId } from './model-id.js';
import type { HuggingFaceSettings } from './settings.js';

/** How far a download has come. */
export interface DownloadProgress {
  /** What is downloaded, for example `org/model/tokenizer.json`. */
  file: string;
  receivedBytes: number;
  /** `null` when the server does not say. */
  totalBytes: number | null;
}

export interface DownloadOptions {
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** For the answer to begin; the body may take as long as it takes. */
const ANSWER_TIMEOUT_MS = 60_000;
const RETRIES = 2;
const FIRST_RETRY_DELAY_MS = 200;

const withoutDownload = `The built-in tokenizers ${BUILT_IN_TOKENIZERS.join(' and ')} need no download.`;

const statusError = ({ id, fileName }: ModelFile, status: number, settings: HuggingFaceSettings): BenchmarkError => {
  const what = `${fileName} of ${formatModelId(id)}`;
  const from = `${settings.endpoint} answered ${status}`;
  if (status === 401 || status === 403) {
    const advice = settings.token
      ? 'The token in HF_TOKEN has no access: accept the terms of the model, or use another token.'
      : 'The model is private or gated, or does not exist: set HF_TOKEN to a token with access.';
    return new BenchmarkError('tokenizer', `no access to the ${what}: ${from}`, {
      hint: `${advice} ${withoutDownload}`,
    });
  }
  if (status === 404) {
    return new BenchmarkError('tokenizer', `there is no ${what}: ${from}`, {
      hint: `Check the id; a model without a ${fileName} cannot be used. ${withoutDownload}`,
    });
  }
  return new BenchmarkError('tokenizer', `the ${what} could not be downloaded: ${from}`, {
    hint: `Try again later, or set HF_ENDPOINT to a mirror. ${withoutDownload}`,
  });
};

/** The innermost cause says what happened, and unlike ky's errors it does not hold the request with its token. */
const rootCause = (error: unknown): unknown => {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
};

const messageOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  // A refused connection to several addresses has an empty message and a code.
  return cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name);
};

const transferError = (
  file: ModelFile,
  error: unknown,
  settings: HuggingFaceSettings,
  where: string,
): BenchmarkError => {
  if (isHTTPError(error)) return statusError(file, error.response.status, settings);
  const cause = rootCause(error);
  return new BenchmarkError(
    'tokenizer',
    `the ${file.fileName} of ${formatModelId(file.id)} could not be downloaded from ${settings.endpoint}: ${where}${messageOf(cause)}`,
    {
      // Other errors of ky hold the request, and with it the token.
      cause: isNetworkError(cause) ? undefined : cause,
      hint: `Check the network, or set HF_ENDPOINT to a mirror. ${withoutDownload}`,
    },
  );
};

const readBody = async (
  response: KyResponse,
  onChunk: (receivedBytes: number, totalBytes: number | null) => void,
): Promise<Uint8Array> => {
  const length = response.headers.get('content-length');
  const isEncoded = response.headers.has('content-encoding');
  const totalBytes = length === null || isEncoded ? null : Number(length);
  const chunks: Uint8Array[] = [];
  let receivedBytes = 0;
  onChunk(receivedBytes, totalBytes);
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    receivedBytes += chunk.length;
    onChunk(receivedBytes, totalBytes);
  }
  return Buffer.concat(chunks);
};

/**
 * Downloads a file of a model; `undefined` when the endpoint has no such file.
 *
 * The token goes to the endpoint only: `fetch` drops the authorization header where a redirect leaves the origin. A
 * body shorter than its announced length is refused by `fetch`, too.
 *
 * @throws BenchmarkError `tokenizer` when it cannot be had, `aborted` when the signal fires
 */
export const downloadIfThere = async (
  file: ModelFile,
  settings: HuggingFaceSettings,
  options: DownloadOptions,
): Promise<Uint8Array | undefined> => {
  const { onProgress, signal } = options;
  const model = `${file.id.organization}/${file.id.model}`;
  const shownFile = `${model}/${file.fileName}`;
  let receivedBytes = 0;
  try {
    const response = await ky.get(
      `${settings.endpoint}/${model}/resolve/${encodeURIComponent(file.id.revision)}/${file.fileName}`,
      {
        headers: {
          // The length of a compressed body would not be the length of the file.
          'accept-encoding': 'identity',
          ...(settings.token && { authorization: `Bearer ${settings.token}` }),
        },
        timeout: ANSWER_TIMEOUT_MS,
        retry: { limit: RETRIES, delay: (attempt) => FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1) },
        ...(signal && { signal }),
      },
    );
    return await readBody(response, (received, totalBytes) => {
      receivedBytes = received;
      onProgress?.({ file: shownFile, receivedBytes, totalBytes });
    });
  } catch (error) {
    if (signal?.aborted) throw new BenchmarkError('aborted', `the download of ${shownFile} was aborted`);
    if (isHTTPError(error) && error.response.status === 404) return undefined;
    throw transferError(file, error, settings, receivedBytes > 0 ? `after ${receivedBytes} bytes: ` : '');
  }
};

/**
 * Downloads a file that every usable model has.
 *
 * @throws BenchmarkError as `downloadIfThere`, and `tokenizer` when the endpoint has no such file
 */
export const downloadModelFile = async (
  file: ModelFile,
  settings: HuggingFaceSettings,
  options: DownloadOptions,
): Promise<Uint8Array> => {
  const bytes = await downloadIfThere(file, settings, options);
  if (bytes) return bytes;
  throw statusError(file, 404, settings);
};
