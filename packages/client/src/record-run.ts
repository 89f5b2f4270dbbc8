import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { ensureWritable, isPlainFile, writeFileAtomically } from '@aibrix/core/files';
import { type RunRecord, runRecordPath, serverMetricsPath } from '@aibrix/schema';
import { recordServerMetrics } from './record-server-metrics.js';
import type { WorkloadRun } from './run/run-workload.js';
import { writeResults } from './write-results.js';

/** What could not be written, in words for the record and for whoever waits. */
interface Loss {
  message: string;
  cause: BenchmarkError;
}

/**
 * Writes the results of a run as they come, what the server's metrics pages say (`X.server.jsonl` beside `X.jsonl`), and the
 * run's record (`X.run.json`) at the end. Nothing is written before load begins, so a run that cannot start leaves older
 * results alone.
 *
 * @param outputPath results file; `.gz` and `.zst` are compressed; `-` is stdout, without the files beside it
 * @throws BenchmarkError what `run` rejects with; `output` when the disk refuses or is too slow, which also ends the run.
 *   What was written before stays, in whole lines, and the record says `ended_early: 'output'`, if it can be written
 */
export const recordRun = async (run: WorkloadRun, outputPath: string): Promise<RunRecord> => {
  const isFile = await isPlainFile(outputPath);
  const recordPath = runRecordPath(outputPath);
  const metricsPath = serverMetricsPath(outputPath);
  let metrics: Promise<BenchmarkError | null> = Promise.resolve(null);
  try {
    await ensureWritable(outputPath);
    if (isFile) await Promise.all([recordPath, metricsPath].map(ensureWritable));
    await run.started;
    // What is left of an earlier run must not stand beside the results of this one, should it be killed.
    if (isFile) await Promise.all([recordPath, metricsPath].map((path) => rm(path, { force: true })));
    if (isFile) metrics = whyRefused(recordServerMetrics(run.serverMetrics, metricsPath), run);
  } catch (error) {
    run.cancel();
    throw error;
  }
  const { lines, failure } = await writeResults(run, outputPath);
  const record = await run.finished;
  if (isFile && record.server_metrics) record.server_metrics.path = basename(metricsPath);
  // A disk that takes no results may take nothing else, and is not waited for.
  const loss = failure ? lossOfResults(failure, lines, record) : lossOfMetrics(await metrics);
  if (loss) record.warnings = [...record.warnings.filter((text) => text !== loss.cause.message), loss.message];
  const recorded = isFile && writeFileAtomically(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  if (!loss) {
    await recorded;
    return record;
  }
  // A disk without room for results may have none for the record either.
  if (recorded) await recorded.catch(() => {});
  throw new BenchmarkError('output', loss.message, { hint: loss.cause.hint, cause: loss.cause });
};

/** Resolves when what the server's metrics pages say is written; a disk that refuses it ends the run, and what it said is the result. */
const whyRefused = async (writing: Promise<void>, run: WorkloadRun): Promise<BenchmarkError | null> => {
  try {
    await writing;
    return null;
  } catch (error) {
    run.cancel('output');
    return error as BenchmarkError;
  }
};

/** How many results of a run did not get into the file, and why. */
const lossOfResults = (cause: BenchmarkError, lines: number | null, { counts }: RunRecord): Loss => {
  const kept =
    lines === null ? 'the last results are lost' : `${counts.offered - lines} of ${counts.offered} results are lost`;
  return { message: `${cause.message}; the run was ended, and ${kept}; what is written are whole lines`, cause };
};

const lossOfMetrics = (cause: BenchmarkError | null): Loss | null =>
  cause && { message: `${cause.message}; the last of the server’s metrics are lost`, cause };
