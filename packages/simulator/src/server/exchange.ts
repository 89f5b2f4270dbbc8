import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '@aibrix/core/clock';
import type { ApiError } from '../completion/api-error.js';

/** Stands for the status where the connection closed before the answer was whole; nginx logs the same. */
export const CONNECTION_CLOSED: number = 499;

/** When a request and its answer truly happened, in epoch milliseconds. */
export interface ExchangeTimes {
  arrivalMs: number;
  firstByteMs: number | null;
  endMs: number;
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
  /** Called once, when the answer was handed over whole, or the connection closed before that. */
  onEnd: ((status: number, times: ExchangeTimes) => void) | undefined;
  /** Called when the connection closed before the answer was whole. */
  onAbandoned: (() => void) | undefined;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #arrivalMs: number;
  #firstByteMs: number | null = null;
  #isEnded = false;

  constructor({ request, response, id, clock }: ExchangeOptions) {
    this.id = id;
    this.request = request;
    this.#response = response;
    this.#clock = clock;
    this.#arrivalMs = clock.now();
    response.setHeader('request-id', id);
    const clientId = request.headers['x-request-id'];
    if (clientId !== undefined) response.setHeader('x-request-id', clientId);
    response.on('close', () => {
      if (this.#isEnded) return;
      this.onAbandoned?.();
      this.#settle(CONNECTION_CLOSED, clock.now());
    });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Sets status and headers; they go out with the first part of the body. */
  open(status: number, headers: OutgoingHttpHeaders): void {
    if (!this.#isEnded) this.#response.writeHead(status, headers);
  }

  write(text: string): void {
    if (this.#isEnded) return;
    this.#firstByteMs ??= this.#clock.now();
    this.#response.write(text);
  }

  end(text: string): void {
    if (this.#isEnded) return;
    const endMs = this.#clock.now();
    this.#firstByteMs ??= endMs;
    this.#response.end(text);
    this.#settle(this.#response.statusCode, endMs);
  }

  /** A whole answer. */
  send(status: number, headers: OutgoingHttpHeaders, body: string): void {
    this.open(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    this.end(body);
  }

  refuse(error: ApiError, headers: OutgoingHttpHeaders = {}): void {
    this.send(error.status, { 'content-type': 'application/json', ...headers }, error.toBody());
  }

  #settle(status: number, endMs: number): void {
    this.#isEnded = true;
    this.onEnd?.(status, { arrivalMs: this.#arrivalMs, firstByteMs: this.#firstByteMs, endMs });
  }
}
