import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';

/** A request with its place in the run. */
export interface PlannedRequest {
  /** Number within the run, from 0, in the order of the workload. */
  index: number;
  /** Its own `id`, or `<entry>-<index>`. */
  workloadId: string;
  /** When it is due by the schedule, in milliseconds from the start, time scale included. */
  offsetMs: number;
  request: WorkloadRequest;
  /** The thread that sends it; 0 where there is only one. */
  worker: number;
  /** What is sent, made ahead of time; null for a turn of a session, which depends on what came before. */
  prepared: PreparedBody | null;
}

/** A request that may start. */
export interface ReadyRequest {
  planned: PlannedRequest;
  /** When it might have started: planned, or the end of what it waited for plus its delay. Epoch milliseconds. */
  scheduledMs: number;
  /** Milliseconds that its session then waited for a place. */
  queueMs: number;
}

/** The messages of a request and the bytes they make. */
export interface PreparedBody {
  messages: readonly ChatMessage[];
  body: Uint8Array;
}
