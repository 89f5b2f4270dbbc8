import { resolve } from 'node:path';
import { EXIT, exitCodeOfRun } from '../exit-code.js';
import type { BenchmarkOutcome } from '../pipeline/run-benchmark.js';
import { summarise } from './summary.js';

/** Prints the answer of a pipeline, and gives its exit code. */
export const endBenchmark = (outcome: BenchmarkOutcome, options: { printsSummary: boolean }): number => {
  const { report, reportFiles, run } = outcome;
  if (report && options.printsSummary) {
    const html = reportFiles?.find(({ format }) => format === 'html');
    process.stdout.write(`\n${summarise(report)}\n`);
    if (html) process.stdout.write(`\nReport       ${resolve(html.path)}\n`);
  }
  if (run) return exitCodeOfRun({ verdict: run.verdict, endedEarly: run.ended_early, succeeded: run.counts.succeeded });
  if (!report) return EXIT.done;
  return exitCodeOfRun({ verdict: report.verdict, endedEarly: null, succeeded: report.counts.succeeded });
};
