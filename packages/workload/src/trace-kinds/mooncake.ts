import { parseOptions } from '@aibrix/core/validation';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { mooncakeTrace } from '../trace/mooncake-trace.js';
import { type TraceFileOptions, traceFileOptionsSchema } from './trace-options.js';
import { replayTrace } from './trace-workload.js';

const GENERATOR = 'mooncake';
const TOLERANCE_PERCENT = 10;

/**
 * The requests of a Mooncake trace, each at its own time, with prompts that consist of its blocks: the same hash id, the
 * same 512 tokens, so that a prefix cache finds what it would have found of the real ones. The last block of a prompt is
 * cut to the row's input length.
 *
 * Rows of one time stay together unless `dequantize` spreads them over the step to the next (about 3 s).
 *
 * @param material a prompt source; with `lengthMode: 'match'`, a prompt pool, and blocks are not looked at
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` for a row that cannot be used
 */
export const mooncake = (options: TraceFileOptions, material: PromptMaterial): GeneratedWorkload => {
  const given = { ...options, lengthMode: options.lengthMode ?? 'exact' };
  const { tracePath, ...settings } = parseOptions(traceFileOptionsSchema, given, GENERATOR);
  const kind = { generator: GENERATOR, tolerancePercent: TOLERANCE_PERCENT, options: { tracePath } };
  return replayTrace(kind, mooncakeTrace(tracePath), settings, material);
};
