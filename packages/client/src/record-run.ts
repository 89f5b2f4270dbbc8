import { rm } from 'node:fs/promises';
import { ensureWritable, isPlainFile, writeFileAtomically } from '@aibrix/core/files';
import { openJsonlWriter } from '@aibrix/core/jsonl';
import { type RunRecord, runRecordPath } from '@aibrix/schema';
import type { WorkloadRun } from './run/run-workload.js';

/**
 * Writes the results of a run as they come, and its record (`X.run.json` beside `X.jsonl`) at the end. Nothing is
 * written before load begins, so a run that cannot start leaves older results alone.
 *
 * @param outputPath results file; `.gz` and `.zst` are compressed; `-` is stdout, without a record
 * @throws BenchmarkError what `run` rejects with; `output` when the disk refuses, which also ends the run
 */
export const recordRun = async (run: WorkloadRun, outputPath: string): Promise<RunRecord> => {
  const isFile = await isPlainFile(outputPath);
  const recordPath = runRecordPath(outputPath);
  try {
    await ensureWritable(outputPath);
    if (isFile) await ensureWritable(recordPath);
    await run.started;
    // A record of an earlier run must not stand beside the results of this one, should it be killed.
    if (isFile) await rm(recordPath, { force: true });
    const writer = await openJsonlWriter(outputPath, { mode: 'in-place' });
    for await (const result of run) {
      const full = writer.write(result);
      if (full) await full;
    }
    await writer.close();
  } catch (error) {
    run.cancel();
    throw error;
  }
  const record = await run.finished;
  if (isFile) await writeFileAtomically(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  return record;
};
