import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { ensureWritable, isPlainFile, writeFileAtomically } from '@aibrix/core/files';
import { openJsonlWriter } from '@aibrix/core/jsonl';
import { type RunRecord, runRecordPath, serverMetricsPath } from '@aibrix/schema';
import { recordServerMetrics } from './record-server-metrics.js';
import type { WorkloadRun } from './run/run-workload.js';

/**
 * Writes the results of a run as they come, what the server's metrics pages say (`X.server.jsonl` beside `X.jsonl`), and the
 * run's record (`X.run.json`) at the end. Nothing is written before load begins, so a run that cannot start leaves older
 * results alone.
 *
 * @param outputPath results file; `.gz` and `.zst` are compressed; `-` is stdout, without the files beside it
 * @throws BenchmarkError what `run` rejects with; `output` when the disk refuses, which also ends the run
 */
export const recordRun = async (run: WorkloadRun, outputPath: string): Promise<RunRecord> => {
  const isFile = await isPlainFile(outputPath);
  const recordPath = runRecordPath(outputPath);
  const metricsPath = serverMetricsPath(outputPath);
  let metrics = Promise.resolve();
  try {
    await ensureWritable(outputPath);
    if (isFile) await Promise.all([recordPath, metricsPath].map(ensureWritable));
    await run.started;
    // What is left of an earlier run must not stand beside the results of this one, should it be killed.
    if (isFile) await Promise.all([recordPath, metricsPath].map((path) => rm(path, { force: true })));
    if (isFile) metrics = recordServerMetrics(run.serverMetrics, metricsPath);
    // A disk that refuses ends the run; it is told below.
    metrics.catch(() => run.cancel());
    const writer = await openJsonlWriter(outputPath, { mode: 'in-place' });
    for await (const result of run) await writer.write(result);
    await writer.close();
    await metrics;
  } catch (error) {
    run.cancel();
    throw error;
  }
  const record = await run.finished;
  if (isFile && record.server_metrics) record.server_metrics.path = basename(metricsPath);
  if (isFile) await writeFileAtomically(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  return record;
};
