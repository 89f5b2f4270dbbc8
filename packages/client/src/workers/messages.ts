import type { RequestResult, RunConnections } from '@aibrix/schema';
import type { RunOptions, RunSettings } from '../options.js';
import type { Stop } from '../run/dispatcher.js';
import type { ConnectionsNow } from '../run/execution.js';
import type { PlannedRequest } from '../run/planned-request.js';
import type { ResultConduct } from '../run/tally.js';
import type { CarriedError } from './carried-error.js';

/** Options that another thread can be given: functions and signals stay where they are, and so does the scraping of metrics. */
export type PortableOptions = Omit<
  RunOptions,
  'transport' | 'fetch' | 'clock' | 'signal' | 'drainSignal' | 'serverMetrics'
>;

/** What a worker is started with. */
export interface WorkerStart {
  /** From 0. */
  worker: number;
  options: PortableOptions;
  /** Those of the run, with the worker's part of limits. */
  settings: RunSettings;
  /** How many to open before it is ready. */
  connections: number;
  /** Whether what is known of sessions beforehand comes with the requests. */
  hasCounts: boolean;
  /** Memory of the `InFlightCount`. */
  inFlight: SharedArrayBuffer;
}

/** A request for a worker, with what is known beforehand of its session and of those that wait for it. */
export interface FedRequest {
  planned: PlannedRequest;
  turns: number | undefined;
  nodes: number | undefined;
  children: number | undefined;
}

export type ToWorker =
  | { type: 'start'; startMs: number }
  | { type: 'requests'; requests: FedRequest[] }
  /** There are no further requests. */
  | { type: 'end' }
  | { type: 'stop'; stop: Stop };

export type FromWorker =
  /** Its code is compiled; it waits for the start. */
  | { type: 'ready' }
  /** It has room for so many more requests. */
  | { type: 'want'; count: number }
  | WorkerNews
  /** Every request has its result, and all were reported. */
  | { type: 'done'; inFlightMs: number; connections: RunConnections | null }
  | { type: 'failed'; error: CarriedError };

/** What happened in a worker since its last message. */
export interface WorkerNews {
  type: 'news';
  results: [RequestResult, ResultConduct | null][];
  /** Planned times that have come, epoch milliseconds. */
  offered: Float64Array<ArrayBuffer>;
  /** Times at which requests might start, and at which their bytes went out: epoch milliseconds. */
  due: Float64Array<ArrayBuffer>;
  sent: Float64Array<ArrayBuffer>;
  /** Requests whose planned time has come, so far. */
  taken: number;
  /** Requests and sessions that wait for a place. */
  queued: number;
  /** Connections to the server; null where the worker does not know of any. */
  connections: ConnectionsNow | null;
  warnings: string[];
}
