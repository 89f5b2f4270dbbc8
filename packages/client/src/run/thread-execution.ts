import type { Clock } from '@aibrix/core/clock';
import { normaliseEndpoint } from '../endpoint.js';
import type { RunOptions, RunSettings } from '../options.js';
import { createRedaction } from '../redaction.js';
import { headersFor } from '../request-headers.js';
import { fetchTransport } from '../transport/fetch-transport.js';
import type { Transport } from '../transport/transport.js';
import { undiciTransport } from '../transport/undici-transport.js';
import { warmUp } from '../warm-up.js';
import type { DeliveryWatch } from './delivery.js';
import { Dispatcher, type Stop } from './dispatcher.js';
import type { Execution, ExecutionEvents } from './execution.js';
import { Lookahead } from './lookahead.js';
import type { PlannedRequest } from './planned-request.js';
import type { SessionCounts } from './scan-workload.js';

export interface ThreadExecutionOptions extends ExecutionEvents {
  options: RunOptions;
  settings: RunSettings;
  clock: Clock;
  /** In the order of their times; read from when the run begins. */
  planned: AsyncIterable<PlannedRequest>;
  /** What is known of its sessions beforehand; null of a stream. */
  counts: SessionCounts | null;
}

/** Between the end of the preparations and the first planned request: the look-ahead fills meanwhile. */
const LEAD_MS = 50;

/** Sends a schedule from this thread. */
export class ThreadExecution implements Execution {
  readonly leadMs: number = LEAD_MS;
  readonly #options: ThreadExecutionOptions;
  #transport: Transport | undefined;
  #dispatcher: Dispatcher | undefined;

  constructor(options: ThreadExecutionOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#dispatcher?.inFlight ?? 0;
  }

  get due(): number {
    return this.#dispatcher?.due ?? 0;
  }

  get stopReason(): Stop['reason'] | null {
    return this.#dispatcher?.stopReason ?? null;
  }

  async prepare(): Promise<void> {
    const { options, settings, clock } = this.#options;
    if (!options.transport && !options.fetch) await warmUp(settings, clock);
  }

  async run({ startMs, delivery }: { startMs: number; delivery: DeliveryWatch }): Promise<void> {
    const { options, settings, clock, planned, counts, onResult, warn, whenRoom } = this.#options;
    const transport = options.transport ?? this.#openTransport();
    this.#transport = transport;
    this.#dispatcher = new Dispatcher({
      settings,
      clock,
      transport,
      startMs,
      delivery,
      lookahead: new Lookahead(planned),
      headersOf: headersFor(options, warn),
      redaction: createRedaction(options),
      scan: counts,
      onResult,
      whenRoom,
    });
    await this.#dispatcher.run();
  }

  stop(stop: Stop): void {
    this.#dispatcher?.stop(stop);
  }

  async close(): Promise<void> {
    // A transport that was handed in may serve another run.
    if (this.#transport !== this.#options.options.transport) await this.#transport?.close();
  }

  #openTransport(): Transport {
    const { options, clock } = this.#options;
    const { fetch } = options;
    const target = { endpoint: normaliseEndpoint(options.endpoint), clock };
    return fetch ? fetchTransport({ ...target, fetch }) : undiciTransport(target);
  }
}
