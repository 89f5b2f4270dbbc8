import type { RunSettings } from '../options.js';
import type { Delivery } from './delivery.js';
import type { Execution } from './execution.js';
import type { RunProgress } from './progress.js';
import type { WorkloadScan } from './scan-workload.js';
import type { Tally } from './tally.js';

/** The parts of a run that know how it goes; those that it does not have yet are undefined. */
export interface RunState {
  phase: RunProgress['phase'];
  nowMs: number;
  /** Start of the schedule, in epoch milliseconds; null before. */
  startMs: number | null;
  settings: RunSettings;
  scan: WorkloadScan | null;
  tally: Tally;
  delivery: Delivery | undefined;
  execution: Pick<Execution, 'due' | 'inFlight' | 'queued' | 'connectionsNow'> | undefined;
}

const plannedSeconds = ({ scan, settings }: RunState): number | null =>
  scan && settings.pacing === 'schedule' ? (scan.lastTimestampMs * settings.timeScale) / 1000 : null;

const secondsLeft = (state: RunState, elapsedSeconds: number, sentPerSecond: number | null): number | null => {
  const { scan, execution, settings } = state;
  const planned = plannedSeconds(state);
  const unsent = scan ? scan.requests - (execution?.due ?? 0) : null;
  const atThisRate = unsent !== null && sentPerSecond ? unsent / sentPerSecond : null;
  const toLast = planned === null ? atThisRate : planned - elapsedSeconds;
  const toLimit = settings.durationLimitMs === null ? null : settings.durationLimitMs / 1000 - elapsedSeconds;
  const known = [toLast, toLimit].filter((seconds) => seconds !== null);
  return known.length > 0 ? Math.max(0, Math.min(...known)) : null;
};

const NO_RATES = { offeredPerSecond: null, sentPerSecond: null };

/** How a run stands now. */
export const describeProgress = (state: RunState): RunProgress => {
  const { nowMs, tally, delivery, execution } = state;
  const sinceMs = state.startMs ?? nowMs;
  const elapsedSeconds = Math.max(0, nowMs - sinceMs) / 1000;
  const { errors, failed } = tally.counts();
  const rates = delivery?.recentRates(nowMs) ?? NO_RATES;
  return {
    phase: state.phase,
    elapsedSeconds,
    plannedSeconds: plannedSeconds(state),
    secondsLeft: secondsLeft(state, elapsedSeconds, rates.sentPerSecond),
    offered: state.scan?.requests ?? null,
    due: execution?.due ?? 0,
    sent: delivery?.sentSoFar ?? 0,
    succeeded: tally.succeeded,
    failed,
    inFlight: execution?.inFlight ?? 0,
    queued: execution?.queued ?? 0,
    outputTokens: tally.outputTokens,
    errors,
    connections: execution?.connectionsNow ?? null,
    recent: { ...rates, ...tally.activity.recent(nowMs, sinceMs) },
    histograms: tally.activity.histograms(),
  };
};
