import { parseOptions } from '@aibrix/core/validation';
import type { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import {
  type ResultsTraceOptions,
  type ResultsTraceSettings,
  resultsTrace,
  resultsTraceOptionsShape,
} from '../trace/results-trace.js';
import { type TraceFileOptions, type TraceFileSettings, traceFileSchema } from './trace-options.js';
import { replayTrace } from './trace-workload.js';

const GENERATOR = 'results';
const TOLERANCE_PERCENT = 10;

/** Options of `replayResults`. */
export interface ReplayResultsOptions extends TraceFileOptions, ResultsTraceOptions {}

/** Checks the options of `replayResults` and fills in defaults. */
export const replayResultsOptionsSchema: z.ZodType<TraceFileSettings & ResultsTraceSettings, ReplayResultsOptions> =
  traceFileSchema(resultsTraceOptionsShape);

/**
 * The requests of a run, from its results: at the same times, with the tokens that the server counted. Turns of sessions
 * are requests of their own, with the tokens of their whole conversation.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` for a line that cannot be used
 */
export const replayResults = (options: ReplayResultsOptions, material: PromptMaterial): GeneratedWorkload => {
  const { tracePath, clock, ...settings } = parseOptions(replayResultsOptionsSchema, options, GENERATOR);
  const kind = { generator: GENERATOR, tolerancePercent: TOLERANCE_PERCENT, options: { tracePath, clock } };
  return replayTrace(kind, resultsTrace(tracePath, { clock }), settings, material);
};
