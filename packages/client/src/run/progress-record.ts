import type { ProgressQuantiles, ProgressRecord } from '@aibrix/schema';
import type { RunProgress } from './progress.js';
import { RECENT_SLOT_MS, RECENT_SLOTS } from './recent-counts.js';
import type { RecentQuantiles } from './recent-durations.js';

/** Six digits after the point: microseconds, beyond which all is noise. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

const nullable = (value: number | null): number | null => (value === null ? null : rounded(value));

const quantiles = (figures: RecentQuantiles | null): ProgressQuantiles | null =>
  figures && {
    count: figures.count,
    p50: rounded(figures.p50),
    p90: rounded(figures.p90),
    p99: rounded(figures.p99),
  };

/**
 * How a run stands, as a record for other programs.
 *
 * @param timeMs when it stood so, in epoch milliseconds
 */
export const progressRecord = (progress: RunProgress, timeMs: number): ProgressRecord => {
  const { recent, connections } = progress;
  return {
    phase: progress.phase,
    time: rounded(timeMs / 1000),
    elapsed_seconds: rounded(progress.elapsedSeconds),
    planned_seconds: nullable(progress.plannedSeconds),
    seconds_left: nullable(progress.secondsLeft),
    offered: progress.offered,
    due: progress.due,
    sent: progress.sent,
    succeeded: progress.succeeded,
    failed: progress.failed,
    errors: progress.errors,
    in_flight: progress.inFlight,
    queued: progress.queued,
    output_tokens: progress.outputTokens,
    connections_open: connections?.open ?? null,
    connections_idle: connections?.idle ?? null,
    window_seconds: (RECENT_SLOTS * RECENT_SLOT_MS) / 1000,
    offered_rate: nullable(recent.offeredPerSecond),
    sent_rate: nullable(recent.sentPerSecond),
    completed_rate: nullable(recent.completedPerSecond),
    output_token_rate: nullable(recent.outputTokensPerSecond),
    ttft: quantiles(recent.ttftSeconds),
    tpot: quantiles(recent.tpotSeconds),
    latency: quantiles(recent.latencySeconds),
    client_lag: quantiles(recent.clientLagSeconds),
  };
};
