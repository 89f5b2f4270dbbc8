import type { RequestResult, RunRecord } from '@aibrix/schema';
import { buildReport } from './build-report.js';
import { type GoodputTarget, parseGoodputTargets } from './goodput/goodput-targets.js';
import type { Report } from './report.js';
import { createTally } from './tally.js';

export interface AnalyseOptions {
  /** What the client recorded of the run. Without it the verdict is `unknown`. */
  run?: RunRecord | undefined;
  /** Such as `ttft:0.5,e2e:10` (seconds), or what `parseGoodputTargets` made of it. Default: none. */
  goodputTargets?: string | readonly GoodputTarget[] | undefined;
  /** Ends the analysis; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** The targets of an option that may be text. */
export const targetsOf = (targets: AnalyseOptions['goodputTargets']): readonly GoodputTarget[] =>
  typeof targets === 'string' ? parseGoodputTargets(targets) : (targets ?? []);

/**
 * Analyses results in one pass; memory does not grow with their number.
 *
 * Distributions are exact up to 100,000 values and then come from a t-digest. The same results in the same order give
 * the same report. Requests that failed count wherever a figure speaks of all requests, and in no latency or token
 * figure.
 *
 * @throws BenchmarkError `input` for no results; `usage` for goodput targets that cannot be read
 */
export const analyse = async (
  results: AsyncIterable<RequestResult> | Iterable<RequestResult>,
  options: AnalyseOptions = {},
): Promise<Report> => {
  const { run, signal } = options;
  const tally = createTally(targetsOf(options.goodputTargets), run?.start_time);
  for await (const result of results) {
    signal?.throwIfAborted();
    tally.add(result);
  }
  return buildReport(tally, { runs: run ? [run] : [], filesWithoutRecord: 0, sources: [] });
};
