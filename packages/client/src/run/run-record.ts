import { type RunRecord, SCHEMA_VERSION } from '@aibrix/schema';
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
  warnings: string[];
}

/** The record of a run that has ended. */
export const buildRunRecord = (facts: RunFacts): RunRecord => {
  const { options, settings, workload, startMs, tally, delivery, endedEarly, warnings } = facts;
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
    ended_early: endedEarly,
    warnings,
  };
};
