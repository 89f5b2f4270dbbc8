import { once } from 'node:events';
import { BenchmarkError } from '@aibrix/core/errors';
import { compressionOf, isPlainFile, keepWholeLines } from '@aibrix/core/files';
import { openJsonlWriter } from '@aibrix/core/jsonl';
import type { WorkloadRun } from './run/run-workload.js';

export interface WrittenResults {
  /** Whole lines in the file; null where that cannot be known. */
  lines: number | null;
  /** What kept the rest from being written, if anything did. */
  failure: BenchmarkError | null;
}

interface Progress {
  /** Results handed to the disk. */
  results: number;
  /** They are all in the file. */
  isClosed: boolean;
  /** What the disk said when it refused. */
  refusal: BenchmarkError | null;
}

/** Where results are lost already, a disk that takes nothing for so long is not waited for any longer. */
const PATIENCE_MS = 10_000;

/** Writes results as they come. Rejects with what the iteration throws, or with the refusal of the disk. */
const writeAll = async (run: WorkloadRun, path: string, progress: Progress): Promise<void> => {
  const refused = (error: unknown): never => {
    progress.refusal = error as BenchmarkError;
    // Before the iteration is left, which would end the run for another reason.
    run.cancel('output');
    throw error;
  };
  const writer = await openJsonlWriter(path, { mode: 'in-place' }).catch(refused);
  try {
    for await (const result of run) {
      const full = writer.write(result);
      if (full) await full.catch(refused);
      progress.results++;
    }
  } finally {
    if (progress.refusal) await writer.discard();
    else await writer.close().catch(refused);
    progress.isClosed = progress.refusal === null;
  }
};

/** Rejects when results are lost and nothing of the others has been written for a while; else it stays open. */
const whenStuck = async (run: WorkloadRun, path: string, progress: Progress): Promise<never> => {
  // A run that fails is told of by its iteration.
  const record = await run.finished.catch(() => null);
  if (record?.ended_early !== 'output') return new Promise<never>(() => {});
  for (let before = -1; before < progress.results; ) {
    before = progress.results;
    await once(AbortSignal.timeout(PATIENCE_MS), 'abort');
  }
  throw new BenchmarkError('output', `nothing more could be written for ${PATIENCE_MS / 1000} s`, {
    location: { file: path },
    hint: 'Is the disk still there, and does the program at the other end of a pipe still read?',
  });
};

/** What a disk that refused has kept; the part of a line at its end is cut off. */
const linesKept = async (path: string): Promise<number | null> => {
  // A compressed file cannot be cut at a line; what is whole in it can be read.
  if (compressionOf(path) || !(await isPlainFile(path))) return null;
  return keepWholeLines(path).catch(() => null);
};

/**
 * Writes the results of a run as they come. A disk that refuses them ends the run with the reason `output`.
 *
 * @throws what the iteration of `run` throws, unless it is that results were lost
 */
export const writeResults = async (run: WorkloadRun, path: string): Promise<WrittenResults> => {
  const progress: Progress = { results: 0, isClosed: false, refusal: null };
  try {
    await Promise.race([writeAll(run, path, progress), whenStuck(run, path, progress)]);
    return { lines: progress.results, failure: null };
  } catch (error) {
    if (!BenchmarkError.is(error) || error.code !== 'output') throw error;
    const lines = progress.refusal ? await linesKept(path) : null;
    return { lines: progress.isClosed ? progress.results : lines, failure: error };
  }
};
