import { BenchmarkError } from '../errors/index.js';
import type { DownloadSource } from './download-source.js';

/** Why one try of a download failed. */
export class TransferFailure extends Error {
  readonly status: number | undefined;
  /** Whether the next try may succeed. */
  readonly isPassing: boolean;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { status?: number; isPassing: boolean; retryAfterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TransferFailure';
    this.status = options.status;
    this.isPassing = options.isPassing;
    this.retryAfterMs = options.retryAfterMs;
  }
}

const PASSING_STATUSES: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** An answer that does not bring the file. */
export const statusFailure = (response: Response): TransferFailure => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new TransferFailure(`the server answered ${response.status}`, {
    status: response.status,
    isPassing: PASSING_STATUSES.includes(response.status),
    retryAfterMs: seconds >= 0 ? seconds * 1000 : undefined,
  });
};

/** The innermost cause says what happened; the errors around it may hold the request, and with it its secrets. */
const rootCause = (error: unknown): unknown => {
  let cause = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  return cause;
};

/** Anything that the network, `fetch` or ky threw. Only what the system or the socket said is kept. */
export const networkFailure = (error: unknown): TransferFailure => {
  const cause = rootCause(error);
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  if (typeof code === 'string') {
    // A refused connection to several addresses has an empty message.
    return new TransferFailure((cause as Error).message || code, { isPassing: true, cause });
  }
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return new TransferFailure('the server did not answer in time', { isPassing: true });
  }
  // Without a code it is something like a chain of redirects that does not end, and will be the same again.
  return new TransferFailure(cause instanceof Error && cause.message ? cause.message : 'the request failed', {
    isPassing: false,
  });
};

const adviceFor = (failure: TransferFailure, source: DownloadSource): string => {
  const { status } = failure;
  if (status === 401 || status === 403) {
    return source.headers.has('authorization')
      ? 'The credentials give no access: accept the terms of what you download, or use others.'
      : 'It needs credentials, or does not exist.';
  }
  if (status === 404 || status === 410) return 'Check the address.';
  if (status !== undefined && !failure.isPassing) return 'Check the address, and what stands between it and you.';
  return 'Check the network, and start again: what has arrived is not downloaded again where the server allows.';
};

/** A failure as the reader of a message needs it: what, from where, how far it came, and what to do. */
export const transferError = (
  failure: TransferFailure,
  source: DownloadSource,
  details: { receivedBytes: number; tries: number; hint: string | undefined },
): BenchmarkError => {
  const { receivedBytes, tries, hint } = details;
  const after = [
    ...(receivedBytes > 0 ? [`after ${receivedBytes} bytes`] : []),
    ...(tries > 1 ? [`in ${tries} tries`] : []),
  ].join(', ');
  const isMissing = failure.status === 404 || failure.status === 410;
  return new BenchmarkError(
    isMissing ? 'file-not-found' : 'input',
    `cannot be downloaded${after ? ` (${after})` : ''}: ${failure.message}`,
    {
      cause: failure.cause,
      location: { file: source.shown },
      hint: [adviceFor(failure, source), ...(hint === undefined ? [] : [hint])].join(' '),
    },
  );
};
