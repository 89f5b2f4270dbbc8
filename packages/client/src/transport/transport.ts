import type { WarmOutcome } from './spare-connections.js';

/** A request as it goes to the server. */
export interface TransportRequest {
  /** Default `POST`; a `GET` has no body. */
  method?: 'GET' | 'POST' | undefined;
  /** Path under the endpoint, such as `/v1/chat/completions`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** The whole body, serialised; empty of a `GET`. */
  body: Uint8Array;
}

/**
 * What a transport tells about one request. All times are epoch milliseconds of the run's clock, taken when the thing
 * happened, before anything is done with it. `onEnd` or `onError` comes last, once.
 */
export interface TransportEvents {
  /** Just before the first bytes go to the socket. */
  onSent(timeMs: number): void;
  /** Status and headers (lowercase names) have arrived. */
  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>, timeMs: number): void;
  /** One read of the body. The bytes may be reused after the call. */
  onData(bytes: Uint8Array, timeMs: number): void;
  onEnd(timeMs: number): void;
  onError(error: unknown, timeMs: number): void;
}

/** Connections of a transport: since it was made, and now. */
export interface ConnectionCounts {
  /** Opened in all. */
  opened: number;
  /** Requests sent again because the server had just closed the idle connection that they went out on. */
  staleRetries: number;
  /** Open now, those that have carried nothing yet included. */
  open: number;
  /** Those of them that carry no request. */
  idle: number;
}

/** How requests reach the server. The client measures through this interface and knows no sockets. */
export interface Transport {
  /** Sends a request; never throws. The returned function gives the request up, which ends in `onError`. */
  send(request: TransportRequest, events: TransportEvents): () => void;
  /** Opens connections that later requests will use, and sends nothing on them; never rejects. */
  warm?(connections: number): Promise<WarmOutcome>;
  /** What became of connections so far, and those there are. */
  connections?(): ConnectionCounts;
  /** Closes every connection, idle or not. */
  close(): Promise<void>;
}
