import type { Clock } from '@aibrix/core/clock';
import type { RunConnections } from '@aibrix/schema';
import type { RunOptions, RunSettings } from '../options.js';
import { createRedaction } from '../redaction.js';
import { headersFor } from '../request-headers.js';
import { openTransport } from '../transport/open-transport.js';
import type { Transport } from '../transport/transport.js';
import { warmUp } from '../warm-up.js';
import type { DeliveryWatch } from './delivery.js';
import { Dispatcher, type Stop } from './dispatcher.js';
import type { ConnectionsNow, Execution, ExecutionEvents } from './execution.js';
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

/** For opening connections ahead of time. */
const MAX_WARM_MS = 10_000;

/** Sends a schedule from this thread. */
export class ThreadExecution implements Execution {
  readonly leadMs: number = LEAD_MS;
  readonly #options: ThreadExecutionOptions;
  #transport: Transport | undefined;
  #warmed: { warm_wanted: number; warm_opened: number } | undefined;
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

  get queued(): number {
    return this.#dispatcher?.queued ?? 0;
  }

  get stopReason(): Stop['reason'] | null {
    return this.#dispatcher?.stopReason ?? null;
  }

  get connectionsNow(): ConnectionsNow | null {
    const counts = this.#transport?.connections?.();
    return counts ? { open: counts.open, idle: counts.idle } : null;
  }

  get connections(): RunConnections | null {
    const counts = this.#transport?.connections?.();
    if (!counts || !this.#warmed) return null;
    return { ...this.#warmed, opened: counts.opened, stale_retries: counts.staleRetries };
  }

  async prepare({ connections }: { connections: number }): Promise<void> {
    const { options, settings, clock } = this.#options;
    this.#transport = options.transport;
    if (options.transport) return;
    this.#transport = await openTransport(options, settings, clock);
    if (!options.fetch) await warmUp(settings, clock);
    await this.#openConnections(this.#transport, connections);
  }

  async run({ startMs, delivery }: { startMs: number; delivery: DeliveryWatch }): Promise<void> {
    const { options, settings, clock, planned, counts, onResult, warn, whenRoom } = this.#options;
    const transport = this.#transport as Transport;
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

  async #openConnections(transport: Transport, wanted: number): Promise<void> {
    const { clock, settings } = this.#options;
    if (!transport.warm) return;
    const abandon = new AbortController();
    // A handshake that does not end is a matter of the requests, and of their deadlines.
    const tooLate = clock
      .sleepUntil(clock.now() + Math.min(settings.timeoutMs, MAX_WARM_MS), { signal: abandon.signal })
      .then(() => ({ opened: 0, reasons: ['no answer'] }));
    const outcome = await Promise.race([transport.warm(wanted), tooLate]);
    tooLate.catch(() => {});
    abandon.abort();
    this.#warmed = { warm_wanted: wanted, warm_opened: outcome.opened };
    if (outcome.opened === wanted) return;
    const reasons = outcome.reasons.join(', ');
    this.#options.warn(`${outcome.opened} of ${wanted} connections were opened ahead of time (${reasons})`);
  }
}
