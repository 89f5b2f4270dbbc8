import type { Clock } from '@aibrix/core/clock';
import type { RequestResult } from '@aibrix/schema';
import type { DeliveryWatch } from '../run/delivery.js';
import { InFlight } from '../run/in-flight.js';
import type { ResultConduct } from '../run/tally.js';
import type { InFlightCount } from './in-flight-count.js';
import type { WorkerNews } from './messages.js';

/** A message costs the same whatever it holds, so results wait for each other, but not long: somebody may be watching. */
const MAX_RESULTS = 64;
const MAX_WAIT_MS = 100;

export interface OutboxOptions {
  clock: Clock;
  count: InFlightCount;
  /** How things stand in the worker now. */
  state: () => Pick<WorkerNews, 'taken' | 'queued' | 'connections'>;
  post: (news: WorkerNews, transfer: ArrayBuffer[]) => void;
}

/** Collects what happens in a worker, and reports it in batches. */
export class Outbox implements DeliveryWatch {
  readonly #options: OutboxOptions;
  readonly #inFlight = new InFlight();
  #results: WorkerNews['results'] = [];
  #offered: number[] = [];
  #due: number[] = [];
  #sent: number[] = [];
  #warnings: string[] = [];
  #cancelFlush: (() => void) | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Requests × the milliseconds they were in flight. */
  get inFlightMs(): number {
    return this.#inFlight.requestMs;
  }

  add(result: RequestResult, conduct: ResultConduct | null): void {
    this.#results.push([result, conduct]);
    if (this.#results.length >= MAX_RESULTS) this.flush();
    else this.#flushSoon();
  }

  warn(message: string): void {
    this.#warnings.push(message);
    this.#flushSoon();
  }

  offered(timeMs: number): void {
    this.#offered.push(timeMs);
    this.#flushSoon();
  }

  due(timeMs: number): void {
    this.#due.push(timeMs);
    this.#flushSoon();
  }

  sent(timeMs: number): void {
    this.#sent.push(timeMs);
    this.#flushSoon();
  }

  inFlight(by: 1 | -1, timeMs: number): void {
    this.#inFlight.change(by, timeMs);
    this.#options.count.change(by);
  }

  flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    const offered = Float64Array.from(this.#offered);
    const due = Float64Array.from(this.#due);
    const sent = Float64Array.from(this.#sent);
    const news: WorkerNews = {
      type: 'news',
      results: this.#results,
      offered,
      due,
      sent,
      ...this.#options.state(),
      warnings: this.#warnings,
    };
    this.#results = [];
    this.#offered = [];
    this.#due = [];
    this.#sent = [];
    this.#warnings = [];
    this.#options.post(news, [offered.buffer, due.buffer, sent.buffer]);
  }

  #flushSoon(): void {
    const { clock } = this.#options;
    this.#cancelFlush ??= clock.at(clock.now() + MAX_WAIT_MS, () => this.flush());
  }
}
