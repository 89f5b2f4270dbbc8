import { parseOptions } from '@aibrix/core/validation';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { azureTrace } from '../trace/azure-trace.js';
import { type TraceFileOptions, traceFileOptionsSchema } from './trace-options.js';
import { replayTrace } from './trace-workload.js';

const GENERATOR = 'azure';
const TOLERANCE_PERCENT = 10;

/**
 * The requests of an Azure LLM inference trace, each at its own time; the first row is time 0.
 *
 * Output lengths are the trace's. With `lengthMode: 'exact'` prompts have exactly the trace's tokens too. With `match` a
 * prompt is drawn among those of a dataset within ±10 % of the row's lengths, widened by 5 points until 100 %, and then
 * the nearest; prompts of sessions are used one by one, without their session.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` for a row that cannot be used
 */
export const azure = (options: TraceFileOptions, material: PromptMaterial): GeneratedWorkload => {
  const { tracePath, ...settings } = parseOptions(traceFileOptionsSchema, options, GENERATOR);
  const kind = { generator: GENERATOR, tolerancePercent: TOLERANCE_PERCENT, options: { tracePath } };
  return replayTrace(kind, azureTrace(tracePath), settings, material);
};
