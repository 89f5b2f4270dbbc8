import type { Clock } from '@aibrix/core/clock';
import type { Dispatcher } from 'undici';
import { codeOf } from '../exchange/failure.js';
import type { Connection, ConnectionUser } from './connection.js';
import { ContentDecoding, isEncoded } from './content-decoding.js';
import type { TransportEvents } from './transport.js';

type BodyEvents = Pick<TransportEvents, 'onData' | 'onEnd' | 'onError'>;

/** A connection idle for longer may have been closed by the server, and the news of it be under way. */
const STALE_AFTER_MS = 500;
/** Such news crosses the request, so it comes within the time of a round trip; what comes later is about the request. */
const STALE_WITHIN_MS = 500;

const CLOSED_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export interface SendingOptions {
  clock: Clock;
  events: TransportEvents;
  /** Hands the request to the pool. */
  dispatch: (handler: Dispatcher.DispatchHandler) => void;
  /** The request went out on a connection that the server had closed, and is sent again. */
  onStale: () => void;
}

/**
 * Follows one request through undici and stamps what happens to it.
 *
 * A request that meets a connection which the server was just closing for being idle is sent once more, on another one:
 * that is a race of HTTP/1.1 and says nothing about the server. It is only done when the connection had been idle, broke
 * within a round trip and answered no byte.
 */
export class Sending implements Dispatcher.DispatchHandler, ConnectionUser {
  connection: Connection | undefined;
  readonly #options: SendingOptions;
  #body: BodyEvents;
  #controller: Dispatcher.DispatchController | undefined;
  #isGivenUp = false;
  #hasResponse = false;
  #sentMs: number | null = null;
  #idleMs = 0;
  #isRepeated = false;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#body = options.events;
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#abort();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // A request given up before it had a connection can be ended only now, before its bytes are written.
    if (this.#isGivenUp) {
      this.#abort();
      return;
    }
    const nowMs = this.#options.clock.now();
    this.#idleMs = nowMs - (this.connection?.idleSinceMs ?? nowMs);
    if (this.#sentMs !== null) return;
    this.#sentMs = nowMs;
    this.#options.events.onSent(nowMs);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const { events, clock } = this.#options;
    this.#hasResponse = true;
    events.onHeaders(status, headers, clock.now());
    const encoding = headers['content-encoding'];
    if (isEncoded(encoding)) this.#body = new ContentDecoding(encoding, events, () => this.giveUp());
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Uint8Array): void {
    this.#body.onData(bytes, this.#options.clock.now());
  }

  onResponseEnd(): void {
    const nowMs = this.#options.clock.now();
    if (this.connection && this.connection.idleSinceMs !== Number.POSITIVE_INFINITY) {
      this.connection.idleSinceMs = nowMs;
    }
    this.#body.onEnd(nowMs);
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const nowMs = this.#options.clock.now();
    if (this.#wasStale(error, nowMs)) {
      this.#isRepeated = true;
      this.#options.onStale();
      this.#options.dispatch(this);
    } else {
      this.#body.onError(error, nowMs);
    }
  }

  #wasStale(error: Error, nowMs: number): boolean {
    if (this.#isRepeated || this.#isGivenUp || this.#hasResponse || this.#sentMs === null) return false;
    if (this.#idleMs < STALE_AFTER_MS || nowMs - this.#sentMs > STALE_WITHIN_MS) return false;
    return CLOSED_CODES.has(codeOf(error) ?? '');
  }

  #abort(): void {
    this.#controller?.abort(new Error('given up'));
  }
}
