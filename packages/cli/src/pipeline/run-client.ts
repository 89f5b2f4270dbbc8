import { type RunOptions, recordRun, runWorkload } from '@aibrix/client';
import type { RunRecord } from '@aibrix/schema';
import { readCalibration } from '../calibration/calibration-file.js';
import { count, counted, percent } from '../output/format.js';
import type { Context } from './context.js';
import { refuseSameFile } from './refuse-same-file.js';
import { DEFAULT_VIEW, type RunView, watchRun } from './watch-run.js';

/** What is told of the server's metrics pages. */
const metricsLine = ({ server_metrics: metrics }: RunRecord): string[] => {
  if (!metrics) return [];
  const troubles = [
    ...(metrics.failed > 0 ? [`${count(metrics.failed)} failed`] : []),
    ...(metrics.skipped > 0 ? [`${count(metrics.skipped)} skipped`] : []),
  ];
  const of = troubles.length > 0 ? ` (${troubles.join(', ')})` : '';
  return [`server    ${counted(metrics.scrapes, 'scrape')}${of}${metrics.path ? ` → ${metrics.path}` : ''}`];
};

/** Replays a workload file and records the results. */
export const runClient = async (
  workloadFile: string,
  resultsFile: string,
  options: RunOptions,
  context: Context,
  view: RunView = DEFAULT_VIEW,
): Promise<RunRecord> => {
  const { reporter, clock, signal, drainSignal } = context;
  await refuseSameFile(workloadFile, resultsFile);
  // Threads have the machine's clock: another can be handed to this one only.
  const ownClock = (options.workers ?? 1) > 1 ? {} : { clock };
  const calibration = await readCalibration(context.environment);
  const run = runWorkload(workloadFile, { ...options, ...ownClock, calibration, signal, drainSignal });
  const watch = await watchRun(run, view, context).catch((error: unknown) => {
    run.cancel();
    throw error;
  });
  let record: RunRecord;
  try {
    record = await recordRun(run, resultsFile).finally(() => watch.end());
  } catch (error) {
    watch.tellEnd({ error });
    throw error;
  }
  for (const warning of record.warnings) reporter.warn(warning);
  const { offered, succeeded, failed, unsent } = record.counts;
  const neverSent = unsent > 0 ? `, ${count(unsent)} never sent` : '';
  const early = record.ended_early ? `, ended early (${record.ended_early})` : '';
  reporter.line(
    `client    ${counted(offered, 'request')}: ${count(succeeded)} succeeded, ${count(failed)} failed${neverSent}${early} → ${resultsFile}`,
  );
  const { calibration: share } = record;
  if (share) reporter.line(`          at ${percent(share.ceiling_share)} of the ceiling of the client on this machine`);
  for (const line of metricsLine(record)) reporter.line(line);
  watch.tellEnd({ record });
  return record;
};
