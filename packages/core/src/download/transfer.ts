import ky, { type KyResponse } from 'ky';
import type { Clock } from '../clock/index.js';
import { isSameVersion, lengthOfBody, restOfFile, validatorOf } from './answer-headers.js';
import type { DownloadSource } from './download-source.js';
import type { PartialFile } from './partial-file.js';
import { watchForStall } from './stall-watch.js';
import { networkFailure, statusFailure, TransferFailure } from './transfer-failure.js';
import { undiciFetch } from './undici-fetch.js';

export interface TransferOptions {
  clock: Clock;
  signal: AbortSignal | undefined;
  stallTimeoutMs: number;
  onBytes(receivedBytes: number, totalBytes: number | null): void;
}

interface Answer {
  response: KyResponse;
  /** Of the whole file. */
  totalBytes: number | null;
  /** It goes on where the partial file ends. */
  isRest: boolean;
}

const ask = async (
  source: DownloadSource,
  part: PartialFile,
  options: TransferOptions,
  signal: AbortSignal,
): Promise<KyResponse> => {
  const headers = new Headers(source.headers);
  // The length of a compressed body would not be the length of the file.
  headers.set('accept-encoding', 'identity');
  if (part.size > 0 && part.validator !== undefined) {
    headers.set('range', `bytes=${part.size}-`);
    headers.set('if-range', part.validator);
  }
  try {
    return await ky.get(source.url, {
      fetch: undiciFetch,
      headers,
      signal,
      timeout: options.stallTimeoutMs,
      retry: { limit: 0 },
      throwHttpErrors: false,
    });
  } catch (error) {
    throw networkFailure(error);
  }
};

const isRestOf = (response: Response, part: PartialFile): boolean =>
  restOfFile(response.headers)?.start === part.size &&
  part.validator !== undefined &&
  isSameVersion(response.headers, part.validator);

/** The whole file, or the rest of what is there. */
const answerOf = async (
  source: DownloadSource,
  part: PartialFile,
  options: TransferOptions,
  signal: AbortSignal,
): Promise<Answer> => {
  const wasRestAsked = part.size > 0 && part.validator !== undefined;
  const response = await ask(source, part, options, signal);
  if (response.status === 200) {
    await part.restart(validatorOf(response.headers));
    return { response, totalBytes: lengthOfBody(response.headers), isRest: false };
  }
  if (response.status === 206 && wasRestAsked && isRestOf(response, part)) {
    return { response, totalBytes: restOfFile(response.headers)?.totalBytes ?? null, isRest: true };
  }
  await response.body?.cancel();
  // The file is another one by now, or the server cannot be relied on for parts.
  if (wasRestAsked && (response.status === 206 || response.status === 416)) {
    await part.restart(undefined);
    return answerOf(source, part, options, signal);
  }
  throw statusFailure(response);
};

const chunksOf = async function* (response: KyResponse): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body ?? [];
  } catch (error) {
    throw networkFailure(error);
  }
};

const readBody = async (
  { response, totalBytes }: Answer,
  part: PartialFile,
  onChunk: (totalBytes: number | null) => void,
): Promise<void> => {
  onChunk(totalBytes);
  for await (const chunk of chunksOf(response)) {
    if (totalBytes !== null && part.size + chunk.length > totalBytes) {
      await part.restart(undefined);
      throw new TransferFailure(`the server sent more than the ${totalBytes} bytes it announced`, { isPassing: true });
    }
    await part.append(chunk);
    onChunk(totalBytes);
  }
  if (totalBytes !== null && part.size !== totalBytes) {
    throw new TransferFailure(`${part.size} of ${totalBytes} bytes came`, { isPassing: true });
  }
};

/**
 * One try: asks for what is missing and appends it. The partial file is whole when this resolves.
 *
 * @returns whether it went on from what was there
 * @throws TransferFailure; BenchmarkError `output`; whatever `onBytes` throws
 */
export const transfer = async (
  source: DownloadSource,
  part: PartialFile,
  options: TransferOptions,
): Promise<boolean> => {
  const stall = watchForStall(options.clock, options.stallTimeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  try {
    const answer = await answerOf(source, part, options, signal);
    await readBody(answer, part, (totalBytes) => {
      stall.touch();
      options.onBytes(part.size, totalBytes);
    });
    return answer.isRest;
  } catch (error) {
    if (!stall.signal.aborted || !(error instanceof TransferFailure)) throw error;
    throw new TransferFailure(`nothing came for ${options.stallTimeoutMs / 1000} s`, { isPassing: true });
  } finally {
    stall.stop();
  }
};
