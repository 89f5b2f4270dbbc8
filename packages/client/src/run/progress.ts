import type { RecentFigures, RunHistograms } from './activity.js';

/** A view of a run while it goes on. */
export interface RunProgress {
  phase: 'preparing' | 'running' | 'draining' | 'ended';
  /** Seconds since the schedule began; 0 before. */
  elapsedSeconds: number;
  /** Seconds from the start to the last planned request; null where the workload is not known beforehand. */
  plannedSeconds: number | null;
  /**
   * Seconds until the last request is due or the duration limit cuts the run, whichever is sooner; without a schedule (pacing
   * `asap`) at the rate of the last seconds. Null where that is not known. What is then still in flight is not in it.
   */
  secondsLeft: number | null;
  /** Requests of the workload; null where it is not known beforehand. */
  offered: number | null;
  /** Requests whose planned time has come. */
  due: number;
  /** Requests whose bytes have gone out. */
  sent: number;
  succeeded: number;
  failed: number;
  inFlight: number;
  /** Requests that wait for a place: of a session, or under the ceiling on requests on their way. */
  queued: number;
  outputTokens: number;
  /** Failures by class. */
  errors: Record<string, number>;
  /** Connections to the server; null where the transport does not know of any. */
  connections: { open: number; idle: number } | null;
  /** The last ten seconds. */
  recent: RecentProgress;
  /** The whole run, by bucket. */
  histograms: RunHistograms;
}

/** The last ten seconds of a run, or what has passed of it. */
export interface RecentProgress extends RecentFigures {
  /** Requests whose planned time came, per second. */
  offeredPerSecond: number | null;
  /** Requests whose bytes went out, per second. */
  sentPerSecond: number | null;
}
