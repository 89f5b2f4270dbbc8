import { BenchmarkError } from '@aibrix/core/errors';
import { type RunRecord, SCHEMA_VERSION } from '@aibrix/schema';
import { version } from '../package.json';
import { shardNotes } from './figures/shard-notes.js';
import { worstVerdict } from './figures/worst-verdict.js';
import type { Report, ReportedRun, ReportSource } from './report.js';
import type { Tally } from './tally.js';

const rate = (amount: number | null, seconds: number | null): number | null =>
  amount === null || seconds === null ? null : amount / seconds;

const reportedRun = (run: RunRecord): ReportedRun => ({
  client_version: run.client_version,
  workload: run.workload,
  options: run.options,
  machine: run.machine,
  start_wall_time: run.start_wall_time,
  itl_tokens_source: run.itl_tokens_source,
  verdict: run.verdict,
  verdict_reason: run.verdict_reason,
  verdict_figures: run.verdict_figures,
  ended_early: run.ended_early ?? null,
  warnings: run.warnings,
  dispersion: run.dispersion ?? null,
});

/** Request-seconds that the clients of all runs saw; null where one did not look. */
const requestSecondsOf = (runs: readonly RunRecord[]): number | null => {
  if (runs.length === 0) return null;
  return runs.reduce<number | null>(
    (sum, { in_flight }) => (sum === null || !in_flight ? null : sum + in_flight.request_seconds),
    0,
  );
};

const concurrencyOf = (
  tally: Tally,
  runs: readonly RunRecord[],
  { start_time, end_time, duration_s }: Report['window'],
): Report['concurrency'] => {
  const { counts, inFlight } = tally;
  const resolution_s = inFlight.resolutionSeconds;
  const isKnown = start_time !== null && end_time !== null && duration_s !== null && counts.ended > 0;
  const [whole] = isKnown ? inFlight.slices([start_time, end_time]) : [];
  return {
    mean: whole?.mean ?? null,
    max: whole?.max ?? null,
    client_gauge: rate(requestSecondsOf(runs), duration_s),
    littles_law: isKnown ? (counts.sent / duration_s) * (counts.secondsInFlight / counts.ended) : null,
    resolution_s,
  };
};

const offeredBy = (runs: readonly RunRecord[]): number => runs.reduce((sum, { counts }) => sum + counts.offered, 0);

const notesOf = (tally: Tally, runs: readonly RunRecord[], filesWithoutRecord: number): string[] => {
  const { results, succeeded, withoutTokenClocks } = tally.counts;
  const notes = [...runs.flatMap(({ warnings }) => warnings), ...shardNotes(runs)];
  if (runs.length > 0 && filesWithoutRecord === 0 && offeredBy(runs) !== results) {
    notes.push(`The run record speaks of ${offeredBy(runs)} requests offered, the results of ${results}.`);
  }
  if (withoutTokenClocks > 0) {
    notes.push(
      `TPOT of ${withoutTokenClocks} of ${succeeded} requests is as recorded: the results have no time of the last token to check it by.`,
    );
  }
  notes.push(...tally.goodput.notes());
  return notes;
};

/** What is known of the results beside the results themselves. */
export interface RunContext {
  runs: readonly RunRecord[];
  /** Result files that have no run record. */
  filesWithoutRecord: number;
  sources: ReportSource[];
}

/** @throws BenchmarkError `input` for no results */
export const buildReport = (tally: Tally, { runs, filesWithoutRecord, sources }: RunContext): Report => {
  const { counts, sketches } = tally;
  if (counts.results === 0) {
    throw new BenchmarkError('input', 'there are no results to analyse', {
      ...(sources[0] && { location: { file: sources[0].file } }),
      hint: 'The client writes one line a request; an empty file means that it ended before its first one.',
    });
  }
  const offered = Math.max(counts.results, offeredBy(runs));
  const window = tally.window.report();
  const { verdict, reason } = worstVerdict(runs, filesWithoutRecord);
  return {
    schema_version: SCHEMA_VERSION,
    kind: 'report',
    generator_version: version,
    verdict,
    verdict_reason: reason,
    models: [...tally.models],
    counts: {
      offered,
      sent: counts.sent,
      succeeded: counts.succeeded,
      failed: counts.results - counts.succeeded - counts.unsent,
      unsent: counts.unsent,
      success_fraction: counts.succeeded / offered,
      errors: tally.errors.report(offered),
    },
    window,
    // All tokens of a completed request arrived within the window, by its definition: nothing is left to clip.
    rates: {
      planned_per_s: tally.window.plannedPerSecond(),
      offered_per_s: tally.window.offeredPerSecond(),
      requests_per_s: rate(counts.succeeded, window.duration_s),
      output_tokens_per_s: rate(sketches.sum('output_tokens'), window.duration_s),
      total_tokens_per_s: rate(sketches.sum('total_tokens'), window.duration_s),
    },
    concurrency: concurrencyOf(tally, runs, window),
    goodput: tally.goodput.report(offered, window.duration_s),
    tokens: {
      prompt: sketches.sum('prompt_tokens'),
      output: sketches.sum('output_tokens'),
      total: sketches.sum('total_tokens'),
      cached: sketches.sum('cached_tokens'),
      reasoning: sketches.sum('reasoning_tokens'),
    },
    distributions: sketches.distributions(),
    planned_lengths: { prompt: tally.promptLengths.report(), output: tally.outputLengths.report() },
    time_series: tally.timeSeries(window.start_time),
    quantile_curves: sketches.curves(),
    sources,
    runs: runs.map(reportedRun),
    notes: notesOf(tally, runs, filesWithoutRecord),
  };
};
