import type { RequestResult, RunConnections } from '@aibrix/schema';
import type { Delivery } from './delivery.js';
import type { Stop } from './dispatcher.js';
import type { ResultConduct } from './tally.js';

/** What an execution tells while it goes on. */
export interface ExecutionEvents {
  onResult: (result: RequestResult, conduct: ResultConduct | null) => void;
  /** Something that the reader of the run should know. */
  warn: (message: string) => void;
  /** Resolves when results may come that nothing makes urgent: those of what a stop leaves unsent. Undefined when they may now. */
  whenRoom?: (() => Promise<void> | undefined) | undefined;
}

/** Connections to the server that are open, and those of them that carry no request. */
export interface ConnectionsNow {
  open: number;
  idle: number;
}

/** The sending of a schedule. */
export interface Execution {
  /** Requests on their way. */
  readonly inFlight: number;
  /** Requests whose planned time has come. */
  readonly due: number;
  /** Requests and sessions that wait for a place. */
  readonly queued: number;
  /** Why it was told to end before its last request; null while it was not. */
  readonly stopReason: Stop['reason'] | null;
  /** Milliseconds that it needs between `run` and the first request. */
  readonly leadMs: number;
  /** Connections to the server now; null where it does not know of any. */
  readonly connectionsNow: ConnectionsNow | null;
  /** What became of its connections, once it was run; null where they are not its own. */
  readonly connections: RunConnections | null;
  /**
   * Gets everything ready that would cost time during the run.
   *
   * @param options.connections how many to open
   * @throws BenchmarkError `file-not-found` or `input` when the files of TLS cannot be used
   */
  prepare(options: { connections: number }): Promise<void>;
  /**
   * Sends each request at its time, and resolves when every one has its result.
   *
   * @param options.startMs start of the schedule, in epoch milliseconds
   * @throws what the source of the workload throws; BenchmarkError `worker` when a thread dies
   */
  run(options: { startMs: number; delivery: Delivery }): Promise<void>;
  /** Ends it before its last request; a second call may only end it harder. */
  stop(stop: Stop): void;
  /** Closes what it opened. */
  close(): Promise<void>;
}
