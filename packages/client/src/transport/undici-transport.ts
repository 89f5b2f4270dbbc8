import type { Clock } from '@aibrix/core/clock';
import { buildConnector, Pool } from 'undici';
import { Connection } from './connection.js';
import { Sending } from './sending.js';
import { SpareConnections } from './spare-connections.js';
import type { TlsContext } from './tls.js';
import type { Transport } from './transport.js';

export interface UndiciTransportOptions {
  /** Base URL of the server, as `normaliseEndpoint` gives it. */
  endpoint: string;
  clock: Clock;
  /** Most connections at once; null: no limit, so that no request waits for one. Default null. */
  maxConnections?: number | null | undefined;
  /** Use a connection for more than one request. Default true. */
  keepAlive?: boolean | undefined;
  /** Milliseconds after which a connection without a request is closed; a shorter time that the server names wins. Default 4000. */
  idleTimeoutMs?: number | undefined;
  /** Speak HTTP/2 where the server does: many requests share a connection. Default false. */
  http2?: boolean | undefined;
  /** As `loadTls` gives it. Default: what Node trusts, and no client certificate. */
  tls?: TlsContext | undefined;
}

const DEFAULT_IDLE_TIMEOUT_MS = 4000;

/** So many requests share a connection, unless the server wants fewer: a limit of the client would be measured as the server's. */
const MAX_STREAMS_PER_CONNECTION = 1000;

const connectorFor = (url: URL, { http2 = false, tls }: UndiciTransportOptions): buildConnector.connector =>
  buildConnector({
    allowH2: http2,
    preferH2: http2,
    // Without TLS there is nothing to agree on by: the server is taken at its word.
    ...(http2 && url.protocol === 'http:' && { useH2c: true }),
    ...tls,
  } as buildConnector.BuildOptions);

/**
 * The transport that measures best on Node: undici's `dispatch`, which calls back on every socket read and allocates
 * no streams. It has no deadlines of its own but that of opening a connection (10 s); the client keeps the others.
 */
export const undiciTransport = (options: UndiciTransportOptions): Transport => {
  const { clock, http2 = false, keepAlive = true, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS } = options;
  const url = new URL(options.endpoint);
  const prefix = url.pathname.replace(/\/$/, '');
  const spares = new SpareConnections(url, { connector: connectorFor(url, options), clock });
  let staleRetries = 0;
  const pool = new Pool(url.origin, {
    connections: options.maxConnections ?? null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleTimeoutMs,
    // A longer time that the server names is not what was asked for.
    keepAliveMaxTimeout: idleTimeoutMs,
    allowH2: http2,
    h2Options: {
      maxConcurrentStreams: MAX_STREAMS_PER_CONNECTION,
      ...(http2 && url.protocol === 'http:' && { useH2c: true }),
    },
    factory: (origin, clientOptions) => new Connection(origin, { ...clientOptions, spares }),
  });
  return {
    send(request, events) {
      const path = `${prefix}${request.path}`;
      const { method = 'POST', headers, body } = request;
      const sending = new Sending({
        clock,
        events,
        dispatch: (handler) => pool.dispatch({ path, method, headers, body, reset: !keepAlive }, handler),
        onStale: () => {
          staleRetries++;
        },
      });
      pool.dispatch({ path, method, headers, body, reset: !keepAlive }, sending);
      return () => sending.giveUp();
    },
    warm: (connections) => spares.open(connections),
    connections: () => ({
      opened: spares.opened,
      staleRetries,
      open: pool.stats.connected + spares.waiting,
      idle: pool.stats.free + spares.waiting,
    }),
    async close() {
      spares.close();
      await pool.destroy();
    },
  };
};
