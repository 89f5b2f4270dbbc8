/** A view of a run while it goes on. */
export interface RunProgress {
  phase: 'preparing' | 'running' | 'draining' | 'ended';
  /** Seconds since the schedule began; 0 before. */
  elapsedSeconds: number;
  /** Seconds from the start to the last planned request; null where the workload is not known beforehand. */
  plannedSeconds: number | null;
  /** Requests of the workload; null where it is not known beforehand. */
  offered: number | null;
  /** Requests whose planned time has come. */
  due: number;
  /** Requests sent that have ended. */
  sent: number;
  succeeded: number;
  failed: number;
  inFlight: number;
  outputTokens: number;
  /** Failures by class. */
  errors: Record<string, number>;
  /** Median TTFT of the last 256 answers, in seconds. */
  recentTtft: number | null;
  /** p99 of the client lag of the last 256 requests, in milliseconds. */
  recentClientLagP99Ms: number | null;
}
