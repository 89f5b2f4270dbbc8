import { createRealClock } from '@aibrix/core/clock';
import type { ResponseHeaders } from '../exchange/exchange.js';
import type { Transport, TransportRequest } from '../transport/transport.js';

/** A whole response. */
export interface Reply {
  status: number;
  headers: ResponseHeaders;
  body: string;
}

/** Nothing that is asked for here is longer; of what is, the rest does not matter. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Sends a request that is not under measurement, on the transport that the load will use: what TLS, a gateway or a proxy
 * makes of it is what it will make of the load.
 *
 * Rejects with what the transport says, with the signal's reason, or after `timeoutMs` without a whole response.
 */
export const ask = (
  transport: Transport,
  request: TransportRequest,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const clock = createRealClock();
    let status = 0;
    let headers: ResponseHeaders = {};
    const pieces: Buffer[] = [];
    let bytesSoFar = 0;
    const settle = (finish: () => void): void => {
      cancelTimeout();
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const endWith = (reason: unknown): void => {
      settle(() => reject(reason));
      giveUp();
    };
    const onAbort = (): void => endWith(signal?.reason);
    const cancelTimeout = clock.at(clock.now() + timeoutMs, () =>
      endWith(new Error(`no complete answer within ${timeoutMs / 1000} s`)),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    let giveUp = (): void => {};
    giveUp = transport.send(request, {
      onSent() {},
      onHeaders(responseStatus, responseHeaders) {
        status = responseStatus;
        headers = responseHeaders;
      },
      onData(bytes) {
        if (bytesSoFar < MAX_BODY_BYTES) pieces.push(Buffer.from(bytes));
        bytesSoFar += bytes.length;
      },
      onEnd: () => settle(() => resolve({ status, headers, body: Buffer.concat(pieces).toString('utf8') })),
      onError: (error) => settle(() => reject(error)),
    });
  });
