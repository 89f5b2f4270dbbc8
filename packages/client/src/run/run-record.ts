import { type RunRecord, SCHEMA_VERSION } from '@aibrix/schema';
import { ceilingShare } from '../calibration/ceiling-share.js';
import { normaliseEndpoint } from '../endpoint.js';
import { describeMachine } from '../machine.js';
import type { RunOptions, RunSettings } from '../options.js';
import { VERSION } from '../version.js';
import type { Delivery } from './delivery.js';
import type { Tally } from './tally.js';

/** What a run record is made of. */
export interface RunFacts {
  options: RunOptions;
  settings: RunSettings;
  workload: RunRecord['workload'];
  /** Start of the schedule, in epoch milliseconds. */
  startMs: number;
  tally: Tally;
  delivery: Delivery;
  endedEarly: RunRecord['ended_early'];
  /** What was learnt of the server, and done to it. */
  server: Pick<RunRecord, 'preflight' | 'prefix_cache_reset'>;
  connections: RunRecord['connections'];
  serverMetrics: RunRecord['server_metrics'];
  warnings: string[];
}

/** How far the run was from the ceiling that was calibrated for so many workers; null where none was. */
const shareOfCeiling = ({ options, settings, startMs, tally }: RunFacts): RunRecord['calibration'] => {
  const { calibration } = options;
  const seconds = tally.lastEndSeconds - startMs / 1000;
  if (!calibration || calibration.workers !== settings.workers || !(seconds > 0)) return null;
  const { sent, reads, sentBytes } = tally;
  const share = ceilingShare(calibration.shapes, {
    requestsPerSecond: sent / seconds,
    readsPerSecond: reads / seconds,
    sentBytesPerSecond: sentBytes / seconds,
  });
  if (share === null) return null;
  return {
    measured_at: calibration.measured_at,
    ceiling_share: Math.round(share * 1e4) / 1e4,
    reads,
    sent_bytes: sentBytes,
  };
};

/** The record of a run that has ended. */
export const buildRunRecord = (facts: RunFacts): RunRecord => {
  const { options, settings, workload, startMs, tally, delivery, endedEarly, server, connections, warnings } = facts;
  const { verdict, reason, figures } = tally.judge(settings.maxClientLagMs);
  return {
    schema_version: SCHEMA_VERSION,
    client_version: VERSION,
    workload,
    options: {
      endpoint: normaliseEndpoint(options.endpoint),
      ...settings,
      // Values of headers may be secrets.
      headerNames: Object.keys(options.headers ?? {}),
      hasApiKey: Boolean(options.apiKey),
    },
    machine: describeMachine(),
    start_wall_time: new Date(startMs).toISOString(),
    start_time: startMs / 1000,
    end_time: tally.lastEndSeconds,
    counts: tally.counts(),
    itl_tokens_source: tally.itlTokensSource,
    verdict,
    verdict_reason: reason,
    verdict_figures: figures,
    dispersion: delivery.dispersion(),
    in_flight: delivery.gauge(),
    calibration: shareOfCeiling(facts),
    server_metrics: facts.serverMetrics,
    ended_early: endedEarly,
    ...server,
    connections,
    warnings,
  };
};
