import type { Clock } from '@aibrix/core/clock';
import type { RunConnections } from '@aibrix/schema';
import type { RunOptions, RunSettings } from '../options.js';
import type { Delivery } from '../run/delivery.js';
import type { Stop } from '../run/dispatcher.js';
import type { ConnectionsNow, Execution, ExecutionEvents } from '../run/execution.js';
import type { PlannedRequest } from '../run/planned-request.js';
import type { SessionCounts } from '../run/scan-workload.js';
import { Feeder } from './feeder.js';
import { InFlightCount } from './in-flight-count.js';
import type { PortableOptions, WorkerNews } from './messages.js';
import { splitLimit } from './split-limit.js';
import { WorkerThread } from './worker-thread.js';

export interface WorkersExecutionOptions extends ExecutionEvents {
  options: RunOptions;
  settings: RunSettings;
  clock: Clock;
  /** How many threads send. */
  workers: number;
  /** In the order of their times, each with its worker, without bodies; read from when the run begins. */
  planned: AsyncIterable<PlannedRequest>;
  /** What is known of its sessions beforehand; null of a stream. */
  counts: SessionCounts | null;
}

/** As for one thread, and the way of the first requests to the workers. */
const LEAD_MS = 100;

const portable = (options: RunOptions): PortableOptions => {
  const { transport: _t, fetch: _f, clock: _c, signal: _s, drainSignal: _d, serverMetrics: _m, ...rest } = options;
  return rest;
};

const sumOf = (connections: readonly (RunConnections | null)[]): RunConnections | null => {
  const known = connections.filter((counts) => counts !== null);
  const sum = (name: keyof RunConnections): number => known.reduce((total, counts) => total + counts[name], 0);
  if (known.length === 0) return null;
  return {
    warm_wanted: sum('warm_wanted'),
    warm_opened: sum('warm_opened'),
    opened: sum('opened'),
    stale_retries: sum('stale_retries'),
  };
};

/**
 * Sends a schedule from several threads, each with an event loop, connections and a dispatcher of its own. All count from
 * one start; what happens in them is told here as if it had happened in this thread.
 */
export class WorkersExecution implements Execution {
  readonly leadMs: number = LEAD_MS;
  readonly #options: WorkersExecutionOptions;
  readonly #count = new InFlightCount();
  readonly #feeder: Feeder;
  /** How things stand in each worker, as it told last. */
  readonly #states: Pick<WorkerNews, 'taken' | 'queued' | 'connections'>[];
  #threads: WorkerThread[] = [];
  #delivery: Delivery | undefined;
  #stop: Stop | undefined;
  #connections: RunConnections | null = null;

  constructor(options: WorkersExecutionOptions) {
    this.#options = options;
    this.#states = Array(options.workers).fill({ taken: 0, queued: 0, connections: null });
    this.#feeder = new Feeder({ ...options, post: (worker, message) => this.#threads[worker]?.post(message) });
  }

  get inFlight(): number {
    return this.#count.now;
  }

  get due(): number {
    return this.#states.reduce((sum, { taken }) => sum + taken, 0);
  }

  get queued(): number {
    return this.#states.reduce((sum, { queued }) => sum + queued, 0);
  }

  get connectionsNow(): ConnectionsNow | null {
    const known = this.#states.flatMap(({ connections }) => connections ?? []);
    if (known.length === 0) return null;
    return {
      open: known.reduce((sum, { open }) => sum + open, 0),
      idle: known.reduce((sum, { idle }) => sum + idle, 0),
    };
  }

  get stopReason(): Stop['reason'] | null {
    return this.#stop?.reason ?? null;
  }

  get connections(): RunConnections | null {
    return this.#connections;
  }

  async prepare({ connections }: { connections: number }): Promise<void> {
    this.#threads = this.#states.map((_, worker) => this.#startThread(worker, connections));
    await Promise.all(this.#threads.map(({ ready }) => ready));
  }

  async run({ startMs, delivery }: { startMs: number; delivery: Delivery }): Promise<void> {
    this.#delivery = delivery;
    for (const thread of this.#threads) thread.post({ type: 'start', startMs });
    const feeding = this.#feeder.run();
    const done = this.#threads.map((thread) => thread.done);
    try {
      await Promise.all([feeding, ...done]);
    } catch (error) {
      this.stop({ reason: 'interrupted', inFlight: 'cancel', unread: 'leave' });
      // What the others have still to tell is part of the results.
      await Promise.allSettled([feeding, ...done]);
      throw error;
    }
    const ends = await Promise.all(done);
    for (const { inFlightMs } of ends) delivery.addInFlight({ requestMs: inFlightMs, max: 0 });
    this.#connections = sumOf(ends.map(({ connections }) => connections));
    delivery.addInFlight({ requestMs: 0, max: this.#count.max });
  }

  stop(stop: Stop): void {
    this.#stop ??= stop;
    for (const thread of this.#threads) thread.post({ type: 'stop', stop });
    if (stop.unread === 'leave') this.#feeder.close();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #startThread(worker: number, connections: number): WorkerThread {
    const { options, settings, workers, counts } = this.#options;
    return new WorkerThread(
      {
        worker,
        options: portable(options),
        settings: {
          ...settings,
          concurrency: splitLimit(settings.concurrency, worker, workers),
          // A worker's part of it may be none.
          rampFrom: splitLimit(settings.rampFrom, worker, workers) ?? 0,
          maxConcurrentSessions: splitLimit(settings.maxConcurrentSessions, worker, workers),
          maxConnections: splitLimit(settings.maxConnections, worker, workers),
        },
        connections: splitLimit(connections, worker, workers) ?? 0,
        hasCounts: counts !== null,
        inFlight: this.#count.memory,
      },
      {
        want: (count) => this.#feeder.want(worker, count),
        news: (news) => this.#take(worker, news),
      },
    );
  }

  #take(worker: number, news: WorkerNews): void {
    const { onResult, warn } = this.#options;
    const { taken, queued, connections } = news;
    this.#states[worker] = { taken, queued, connections };
    for (const timeMs of news.offered) this.#delivery?.offered(timeMs);
    for (const timeMs of news.due) this.#delivery?.due(timeMs);
    for (const timeMs of news.sent) this.#delivery?.sent(timeMs);
    for (const [result, conduct] of news.results) onResult(result, conduct);
    for (const message of news.warnings) warn(message);
  }
}
