import type { Clock } from '@aibrix/core/clock';
import type { AnswerSink } from '../completion/answer-service.js';
import type { ApiError } from '../completion/api-error.js';
import { CONNECTION_CLOSED, type ExchangeTimes } from '../server/exchange.js';

/** What a virtual server tells of one request, times in epoch milliseconds; `onEnd` or `onError` comes last, once. */
export interface VirtualEvents {
  onSent(timeMs: number): void;
  onHeaders(status: number, headers: Readonly<Record<string, string>>, timeMs: number): void;
  onData(bytes: Uint8Array, timeMs: number): void;
  onEnd(timeMs: number): void;
  onError(error: unknown, timeMs: number): void;
}

export interface VirtualExchangeOptions {
  id: string;
  clock: Clock;
  events: VirtualEvents;
  /** Called once, when the last byte was handed over or the client gave up. */
  onEnd: (status: number, times: ExchangeTimes) => void;
}

/** One request to a virtual server and its answer, stamped as they happen in model time. */
export class VirtualExchange implements AnswerSink {
  readonly id: string;
  readonly #options: VirtualExchangeOptions;
  readonly #arrivalMs: number;
  #firstByteMs: number | null = null;
  #status: number | undefined;
  #isEnded = false;

  constructor(options: VirtualExchangeOptions) {
    this.id = options.id;
    this.#options = options;
    this.#arrivalMs = options.clock.now();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  open(status: number, contentType: string): void {
    if (this.#isEnded || this.#status !== undefined) return;
    const { events, clock, id } = this.#options;
    this.#status = status;
    events.onHeaders(status, { 'content-type': contentType, 'request-id': id }, clock.now());
  }

  write(text: string): void {
    if (this.#isEnded) return;
    const { events, clock } = this.#options;
    this.open(200, 'text/event-stream; charset=utf-8');
    this.#firstByteMs ??= clock.now();
    events.onData(Buffer.from(text), clock.now());
  }

  end(text: string): void {
    this.write(text);
    // The client may have given up over what it read.
    if (this.#isEnded) return;
    const { events, clock } = this.#options;
    this.#settle(this.#status as number);
    events.onEnd(clock.now());
  }

  refuse(error: ApiError): void {
    this.open(error.status, 'application/json');
    this.end(error.toBody());
  }

  /** As when a connection closes. */
  giveUp(reason: Error): void {
    if (this.#isEnded) return;
    const { events, clock } = this.#options;
    this.#settle(CONNECTION_CLOSED);
    events.onError(reason, clock.now());
  }

  #settle(status: number): void {
    this.#isEnded = true;
    const { clock, onEnd } = this.#options;
    onEnd(status, { arrivalMs: this.#arrivalMs, firstByteMs: this.#firstByteMs, endMs: clock.now() });
  }
}
