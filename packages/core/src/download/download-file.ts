import { type Clock, createRealClock } from '../clock/index.js';
import { BenchmarkError } from '../errors/index.js';
import { type DownloadSource, parseDownloadSource } from './download-source.js';
import { openPartialFile, type PartialFile } from './partial-file.js';
import { transfer } from './transfer.js';
import { TransferFailure, transferError } from './transfer-failure.js';

/** How far a download has come. */
export interface DownloadProgress {
  /** The file that is written, as the caller named it. */
  file: string;
  /** Bytes that are there, those of an earlier, broken download included. */
  receivedBytes: number;
  /** Of the whole file; `null` when the server does not say. */
  totalBytes: number | null;
}

export interface DownloadFileOptions {
  /** An http or https address. A user name and password in it are sent as basic authorization. */
  url: string;
  /** The file to write. One that is there is replaced. Missing folders are made. */
  path: string;
  /**
   * Sent with the request. `authorization` and `cookie` are not sent on where a redirect leaves the origin of `url`;
   * other headers are.
   */
  headers?: Record<string, string> | undefined;
  /** Ends the download; what has arrived is kept for the next one. */
  signal?: AbortSignal | undefined;
  /** Called when an answer begins, and after each piece of it. */
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** How often a failure that may pass is tried again. Default 4. */
  retries?: number | undefined;
  /** Wait before the first of these, in milliseconds; it doubles each time, to at most 30 s. Default 500. */
  retryDelayMs?: number | undefined;
  /** How long nothing may come before a try counts as failed, in milliseconds. Default 60000. */
  stallTimeoutMs?: number | undefined;
  /** What else the reader of an error can do, added to its hint. */
  hint?: string | undefined;
  /** Measures the waits. Default: the machine's clock. */
  clock?: Clock | undefined;
}

export interface DownloadedFile {
  /** Length of the file. */
  bytes: number;
  /** Of the file as it is, compressed or not; lowercase hex. */
  sha256: string;
  /** Whether some of it is from a broken download, of this call or an earlier one, that was continued. */
  wasResumed: boolean;
}

const RETRIES = 4;
const RETRY_DELAY_MS = 500;
const MAX_RETRY_DELAY_MS = 30_000;
const STALL_TIMEOUT_MS = 60_000;

const abortedError = (source: DownloadSource): BenchmarkError =>
  new BenchmarkError('aborted', 'the download was aborted', { location: { file: source.shown } });

/** Tries until the partial file is whole. */
const complete = async (source: DownloadSource, part: PartialFile, options: DownloadFileOptions): Promise<boolean> => {
  const { path, signal, onProgress, clock = createRealClock(), retries = RETRIES, hint } = options;
  const { retryDelayMs = RETRY_DELAY_MS, stallTimeoutMs = STALL_TIMEOUT_MS } = options;
  const onBytes = (receivedBytes: number, totalBytes: number | null): void =>
    onProgress?.({ file: path, receivedBytes, totalBytes });
  for (let tries = 1; ; tries++) {
    try {
      signal?.throwIfAborted();
      return await transfer(source, part, { clock, signal, stallTimeoutMs, onBytes });
    } catch (failure) {
      if (signal?.aborted) throw abortedError(source);
      if (!(failure instanceof TransferFailure)) throw failure;
      if (!failure.isPassing || tries > retries) {
        throw transferError(failure, source, { receivedBytes: part.size, tries, hint });
      }
      const delayMs = Math.min(failure.retryAfterMs ?? retryDelayMs * 2 ** (tries - 1), MAX_RETRY_DELAY_MS);
      await clock.sleepUntil(clock.now() + delayMs, { signal }).catch(() => {});
    }
  }
};

/**
 * Downloads a file of any size in constant memory.
 *
 * It grows as `<path>.part` and appears under its name when it has the announced length and is safe on the disk. A broken
 * download goes on where it stopped, in this call and in a later one, where the server tells versions of the file apart
 * (a strong ETag, or Last-Modified) and gives parts of it; otherwise it starts again. Of several downloads of one file at
 * the same time, one has `<path>.part`; the others use names of their own, and whole files replace each other.
 *
 * @throws BenchmarkError `input` when it cannot be had, `file-not-found` when the server does not have it, `output` when
 *   it cannot be written, `usage` for an impossible address or header, `aborted` when the signal fires. No error holds
 *   headers, credentials or the query of the address.
 */
export const downloadFile = async (options: DownloadFileOptions): Promise<DownloadedFile> => {
  const source = parseDownloadSource(options.url, options.headers ?? {});
  if (options.signal?.aborted) throw abortedError(source);
  const part = await openPartialFile(options.path, source.id);
  try {
    const wasResumed = await complete(source, part, options);
    const sha256 = await part.finish();
    return { bytes: part.size, sha256, wasResumed };
  } catch (error) {
    await part.leave();
    throw error;
  }
};
