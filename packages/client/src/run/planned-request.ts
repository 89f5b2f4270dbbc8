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
  /** What is sent, made ahead of time; null in a session, where it depends on what came before. */
  prepared: PreparedBody | null;
}

/** The messages of a request and the bytes they make. */
export interface PreparedBody {
  messages: readonly ChatMessage[];
  body: Uint8Array;
}
