/** A request as it goes to the server. */
export interface TransportRequest {
  /** Path under the endpoint, such as `/v1/chat/completions`. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** The whole body, serialised. */
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

/** How requests reach the server. The client measures through this interface and knows no sockets. */
export interface Transport {
  /** Sends a POST request; never throws. The returned function gives the request up, which ends in `onError`. */
  send(request: TransportRequest, events: TransportEvents): () => void;
  /** Connections to the server now: all that are open, and those of them that carry no request. For those who watch. */
  connections?(): { open: number; idle: number };
  /** Closes every connection, idle or not. */
  close(): Promise<void>;
}
