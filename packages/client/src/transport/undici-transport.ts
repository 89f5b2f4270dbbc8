import type { Clock } from '@aibrix/core/clock';
import { type Dispatcher, Pool } from 'undici';
import type { Transport } from './transport.js';

export interface UndiciTransportOptions {
  /** Base URL of the server, as `normaliseEndpoint` gives it. */
  endpoint: string;
  clock: Clock;
  /** Most connections at once. Default: no limit, so that no request waits for one. */
  maxConnections?: number | undefined;
}

/**
 * The transport that measures best on Node: undici's `dispatch`, which calls back on every socket read and allocates
 * no streams. It has no timeouts of its own; the client keeps the deadlines.
 */
export const undiciTransport = (options: UndiciTransportOptions): Transport => {
  const { clock } = options;
  const url = new URL(options.endpoint);
  const prefix = url.pathname.replace(/\/$/, '');
  const pool = new Pool(url.origin, {
    connections: options.maxConnections ?? null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send(request, events) {
      let controller: Dispatcher.DispatchController | undefined;
      let isGivenUp = false;
      const giveUp = (): void => controller?.abort(new Error('given up'));
      pool.dispatch(
        {
          path: `${prefix}${request.path}`,
          method: 'POST',
          headers: request.headers,
          body: request.body,
        },
        {
          onRequestStart(started) {
            controller = started;
            // A request given up before it had a connection can be ended only now, before its bytes are written.
            if (isGivenUp) giveUp();
            else events.onSent(clock.now());
          },
          onResponseStart(_, status, headers) {
            events.onHeaders(status, headers, clock.now());
          },
          onResponseData(_, bytes) {
            events.onData(bytes, clock.now());
          },
          onResponseEnd() {
            events.onEnd(clock.now());
          },
          onResponseError(_, error) {
            events.onError(error, clock.now());
          },
        },
      );
      return () => {
        isGivenUp = true;
        giveUp();
      };
    },
    connections: () => ({ open: pool.stats.connected, idle: pool.stats.free }),
    close: () => pool.destroy(),
  };
};
