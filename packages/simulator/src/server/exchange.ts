import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import type { Clock } from '@aibrix/core/clock';
import type { ApiError } from '../completion/api-error.js';
import type { Outlet } from './outlet.js';

/** Stands for the status where the connection closed before the answer was whole; nginx logs the same. */
export const CONNECTION_CLOSED: number = 499;

/** When a request and its answer truly happened, in epoch milliseconds. */
export interface ExchangeTimes {
  arrivalMs: number;
  firstByteMs: number | null;
  endMs: number;
}

/** What the truth log says of a request beside its times and tokens. */
export interface ExchangeNotes {
  /** Name of the pod that the gateway chose. */
  pod?: string;
  /** The faults that were put into the answer, as they were written. */
  fault?: string;
}

export interface ExchangeOptions {
  request: IncomingMessage;
  response: ServerResponse;
  /** For the header `request-id`. */
  id: string;
  clock: Clock;
}

/** One HTTP request and its answer, stamped as they happen. */
export class Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly notes: ExchangeNotes = {};
  /** Called once, when the answer was handed over whole, or the connection closed before that. */
  onEnd: ((status: number, times: ExchangeTimes) => void) | undefined;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #arrivalMs: number;
  #outlet: Outlet;
  #firstByteMs: number | null = null;
  #isEnded = false;
  #isAbandoned = false;
  #onAbandoned: (() => void) | undefined;

  constructor({ request, response, id, clock }: ExchangeOptions) {
    this.id = id;
    this.request = request;
    this.#response = response;
    this.#clock = clock;
    this.#arrivalMs = clock.now();
    this.#outlet = this.#socketOutlet();
    response.setHeader('request-id', id);
    const clientId = request.headers['x-request-id'];
    if (clientId !== undefined) response.setHeader('x-request-id', clientId);
    response.on('close', () => {
      if (this.#isEnded) return;
      this.abandon();
      this.#settle(CONNECTION_CLOSED, clock.now());
    });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Called once, when nobody waits for the answer any more; at once if that is so already. */
  set onAbandoned(callback: () => void) {
    if (this.#isAbandoned) callback();
    else this.#onAbandoned = callback;
  }

  /** Nobody waits for what the engine still makes: the connection closed, or the answer ends without it. */
  abandon(): void {
    if (this.#isAbandoned) return;
    this.#isAbandoned = true;
    this.#onAbandoned?.();
  }

  /** Adds a header to those that the answer will have. */
  setHeader(name: string, value: string): void {
    this.#response.setHeader(name, value);
  }

  /** Puts something between the answer and the socket. The last one put in is the first that the answer meets. */
  intercept(wrap: (next: Outlet) => Outlet): void {
    this.#outlet = wrap(this.#outlet);
  }

  /** Sets status and headers; they go out with the first part of the body. */
  open(status: number, headers: OutgoingHttpHeaders): void {
    this.#outlet.open(status, headers);
  }

  write(text: string): void {
    this.#outlet.write(text);
  }

  end(text: string): void {
    this.#outlet.end(text);
  }

  /** A whole answer. */
  send(status: number, headers: OutgoingHttpHeaders, body: string): void {
    this.open(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    this.end(body);
  }

  refuse(error: ApiError, headers: OutgoingHttpHeaders = {}): void {
    this.send(error.status, { 'content-type': 'application/json', ...error.headers, ...headers }, error.toBody());
  }

  /** Sends `source` as the body, as fast as the client takes it. */
  pour(source: Readable): void {
    source.once('data', () => {
      this.#firstByteMs ??= this.#clock.now();
    });
    this.#response.once('finish', () => {
      if (!this.#isEnded) this.#settle(this.#response.statusCode, this.#clock.now());
    });
    // A client that leaves ends the exchange with its connection.
    pipeline(source, this.#response, () => {});
  }

  /** Calls back when the answer was sent, or the connection closed. */
  onClose(callback: () => void): void {
    this.#response.once('close', callback);
  }

  /** Resets the connection: the client gets what was sent before, and an error. */
  reset(): void {
    this.request.socket.resetAndDestroy();
  }

  #socketOutlet(): Outlet {
    const response = this.#response;
    return {
      open: (status, headers) => {
        if (!this.#isEnded) response.writeHead(status, headers);
      },
      flush: () => {
        if (!this.#isEnded) response.flushHeaders();
      },
      write: (data) => {
        if (this.#isEnded) return;
        this.#firstByteMs ??= this.#clock.now();
        response.write(data);
      },
      end: (data) => {
        if (this.#isEnded) return;
        const endMs = this.#clock.now();
        this.#firstByteMs ??= endMs;
        response.end(data);
        this.#settle(response.statusCode, endMs);
      },
    };
  }

  #settle(status: number, endMs: number): void {
    this.#isEnded = true;
    this.onEnd?.(status, { arrivalMs: this.#arrivalMs, firstByteMs: this.#firstByteMs, endMs });
  }
}
