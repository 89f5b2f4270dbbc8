import { type RunOptions, recordRun, runWorkload } from '@aibrix/client';
import type { RunRecord } from '@aibrix/schema';
import { readCalibration } from '../calibration/calibration-file.js';
import { count, counted, percent } from '../output/format.js';
import { runStatus } from '../output/run-status.js';
import type { Context } from './context.js';
import { refuseSameFile } from './refuse-same-file.js';

const STATUS_INTERVAL_MS = 500;

/** Replays a workload file and records the results. */
export const runClient = async (
  workloadFile: string,
  resultsFile: string,
  options: RunOptions,
  context: Context,
): Promise<RunRecord> => {
  const { reporter, clock, signal, drainSignal } = context;
  await refuseSameFile(workloadFile, resultsFile);
  // Threads have the machine's clock: another can be handed to this one only.
  const ownClock = (options.workers ?? 1) > 1 ? {} : { clock };
  const calibration = await readCalibration(context.environment);
  const run = runWorkload(workloadFile, { ...options, ...ownClock, calibration, signal, drainSignal });
  let cancelStatus = (): void => {};
  const showStatus = (): void => {
    reporter.status(runStatus(run.progress()));
    cancelStatus = clock.at(clock.now() + STATUS_INTERVAL_MS, showStatus);
  };
  if (reporter.showsStatus) showStatus();
  let record: RunRecord;
  try {
    record = await recordRun(run, resultsFile);
  } finally {
    cancelStatus();
    reporter.clearStatus();
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
  return record;
};
