import { readJsonl } from '@aibrix/core/jsonl';
import { type RequestResult, requestResultSchema } from '@aibrix/schema';
import { type AnalyseOptions, targetsOf } from './analyse.js';
import { buildReport } from './build-report.js';
import { readRunRecord } from './reading/run-record-of.js';
import type { Report, ReportSource } from './report.js';
import { createTally } from './tally.js';

export type AnalyseFilesOptions = Omit<AnalyseOptions, 'run'>;

/** Reads one file; a last line that a kill cut off is left out and counted, any other unusable line throws. */
const readResults = (source: ReportSource, signal: AbortSignal | undefined): AsyncIterable<RequestResult> =>
  readJsonl(source.file, {
    schema: requestResultSchema,
    signal,
    onMalformed: (error, { isTerminated }) => {
      if (isTerminated) throw error;
      source.cut_lines++;
    },
  });

const cutLineNotes = (sources: readonly ReportSource[]): string[] =>
  sources
    .filter(({ cut_lines }) => cut_lines > 0)
    .map(({ file }) => `The last line of ${file} was cut off and is left out; the client may have been killed.`);

/**
 * Analyses result files (`.jsonl`, `.json`, `.gz`, `.zst`, or `-` for stdin) as one run, each with the run record that
 * stands beside it (`X.run.json` beside `X.jsonl`). See `analyse`.
 *
 * @throws BenchmarkError as `analyse` does; `file-not-found`; `input` with `file:line` for a line that cannot be used
 */
export const analyseFiles = async (paths: readonly string[], options: AnalyseFilesOptions = {}): Promise<Report> => {
  const targets = targetsOf(options.goodputTargets);
  const records = await Promise.all(paths.map(readRunRecord));
  const runs = records.flatMap((record) => (record ? [record.run] : []));
  const sources = paths.map(
    (file, index): ReportSource => ({ file, results: 0, cut_lines: 0, run_record: records[index]?.path ?? null }),
  );
  const firstStart = runs.length > 0 ? Math.min(...runs.map(({ start_time }) => start_time)) : undefined;
  const tally = createTally(targets, firstStart);
  for (const source of sources) {
    for await (const result of readResults(source, options.signal)) {
      source.results++;
      tally.add(result);
    }
  }
  const report = buildReport(tally, { runs, filesWithoutRecord: paths.length - runs.length, sources });
  return { ...report, notes: [...report.notes, ...cutLineNotes(sources)] };
};
