import { rm } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { ensureWritable, isPlainFile, writeFileAtomically } from '@aibrix/core/files';
import { type RunRecord, runRecordPath } from '@aibrix/schema';
import type { WorkloadRun } from './run/run-workload.js';
import { writeResults } from './write-results.js';

/**
 * Writes the results of a run as they come, and its record (`X.run.json` beside `X.jsonl`) at the end. Nothing is
 * written before load begins, so a run that cannot start leaves older results alone.
 *
 * @param outputPath results file; `.gz` and `.zst` are compressed; `-` is stdout, without a record
 * @throws BenchmarkError what `run` rejects with; `output` when the disk refuses or is too slow, which also ends the run.
 *   What was written before stays, in whole lines, and the record says `ended_early: 'output'`, if it can be written
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
  } catch (error) {
    run.cancel();
    throw error;
  }
  const { lines, failure } = await writeResults(run, outputPath);
  const record = await run.finished;
  if (failure)
    record.warnings = [
      ...record.warnings.filter((text) => text !== failure.message),
      whatIsLost(failure, lines, record),
    ];
  const recorded = isFile && writeFileAtomically(recordPath, `${JSON.stringify(record, null, 2)}\n`);
  if (!failure) {
    await recorded;
    return record;
  }
  // A disk without room for results may have none for the record either.
  if (recorded) await recorded.catch(() => {});
  throw new BenchmarkError('output', whatIsLost(failure, lines, record), { hint: failure.hint, cause: failure });
};

/** How many results of a run did not get into the file, and why. */
const whatIsLost = (failure: BenchmarkError, lines: number | null, { counts }: RunRecord): string => {
  const kept =
    lines === null ? 'the last results are lost' : `${counts.offered - lines} of ${counts.offered} results are lost`;
  return `${failure.message}; the run was ended, and ${kept}; what is written are whole lines`;
};
