import type { Clock } from '@aibrix/core/clock';
import { type Answer, emptyAnswer } from '../protocol/answer.js';
import type { AnswerReader } from '../protocol/answer-reader.js';
import type { Transport, TransportRequest } from '../transport/transport.js';
import { type Failure, gatewayErrorHeader, statusFailure, transportFailure } from './failure.js';

/** Headers of a response, lowercase. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What came of one attempt. Times are epoch milliseconds; null where it did not happen. */
export interface ExchangeOutcome {
  failure: Failure | null;
  answer: Answer;
  /** When the request was handed to the transport: before `sentMs`, by as long as a connection took to open. */
  handedMs: number;
  sentMs: number | null;
  endMs: number;
  httpStatus: number | null;
  headers: ResponseHeaders;
}

export interface ExchangeOptions {
  transport: Transport;
  clock: Clock;
  /** Reads the body of a response that is a success. */
  createReader: (headers: ResponseHeaders) => AnswerReader;
  /** When the exchange fails with `timeout`, in epoch milliseconds. */
  deadlineMs: number;
  timeoutMessage: string;
  /** Called after each read of the response was taken in. */
  onRead?: (() => void) | undefined;
  /** Called when the bytes are about to go out, in the order of time over all exchanges. */
  onSent?: ((timeMs: number) => void) | undefined;
}

/** An exchange under way. */
export interface Exchange {
  /** Ends it now with this failure; does nothing when it has ended. */
  end(failure: Failure): void;
}

/** Bytes of an error response that are kept to tell what it says. */
const ERROR_BODY_BYTES = 64 * 1024;

/** Sends one request and follows it to its end. `onEnd` is called exactly once, perhaps before this function returns. */
export const startExchange = (
  request: TransportRequest,
  options: ExchangeOptions,
  onEnd: (outcome: ExchangeOutcome) => void,
): Exchange => {
  const { transport, clock } = options;
  let reader: AnswerReader | null = null;
  let sentMs: number | null = null;
  let httpStatus: number | null = null;
  let headers: ResponseHeaders = {};
  const errorPieces: Buffer[] = [];
  let errorBytes = 0;
  let isOpen = true;
  let giveUp = (): void => {};

  const close = (failure: Failure | null, endMs: number): void => {
    if (!isOpen) return;
    isOpen = false;
    cancelDeadline();
    onEnd({ failure, answer: reader?.answer ?? emptyAnswer(), handedMs, sentMs, endMs, httpStatus, headers });
  };
  const end = (failure: Failure): void => {
    if (!isOpen) return;
    // An answer that is whole is one, though its connection was never closed.
    const wholeMs = reader?.wholeMs ?? null;
    if (wholeMs === null) close(failure, clock.now());
    else close(null, wholeMs);
    giveUp();
  };
  const failureOfStatus = (): Failure =>
    statusFailure(httpStatus ?? 0, headers, Buffer.concat(errorPieces).toString('utf8'));
  const cancelDeadline = clock.at(options.deadlineMs, () =>
    end({ type: 'timeout', code: null, message: options.timeoutMessage }),
  );

  const handedMs = clock.now();
  giveUp = transport.send(request, {
    onSent(timeMs) {
      sentMs ??= timeMs;
      options.onSent?.(timeMs);
    },
    onHeaders(status, responseHeaders) {
      httpStatus = status;
      headers = responseHeaders;
      // The gateway says so when it failed, whatever the status.
      const isSuccess = status >= 200 && status < 300 && gatewayErrorHeader(responseHeaders) === null;
      if (isSuccess) reader = options.createReader(responseHeaders);
    },
    onData(bytes, timeMs) {
      if (!isOpen) return;
      if (reader) {
        const failure = reader.push(bytes, timeMs);
        if (failure) end(failure);
        options.onRead?.();
      } else {
        errorPieces.push(Buffer.from(bytes));
        errorBytes += bytes.length;
        // It has said enough, and may have no end.
        if (errorBytes > ERROR_BODY_BYTES) end(failureOfStatus());
      }
    },
    onEnd(timeMs) {
      close(reader ? reader.end() : failureOfStatus(), timeMs);
    },
    onError(error, timeMs) {
      // A connection that breaks after a whole answer takes nothing from it.
      const wholeMs = reader?.wholeMs ?? null;
      if (wholeMs !== null) close(null, wholeMs);
      else close(transportFailure(error, { hasResponse: httpStatus !== null }), timeMs);
    },
  });
  return { end };
};
