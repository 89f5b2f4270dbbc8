import { parseOptions } from '@aibrix/core/validation';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { qwenBailianTrace } from '../trace/qwen-bailian-trace.js';
import { type TraceFileOptions, traceFileOptionsSchema } from './trace-options.js';
import { replayTrace } from './trace-workload.js';

const GENERATOR = 'qwen_bailian';
const TOLERANCE_PERCENT = 10;

/**
 * The requests of a Qwen-Bailian usage trace, each at its own time, with prompts that consist of its blocks of 16 tokens.
 * A later turn of a chat holds the blocks of those before; with `keepParents` it also waits for the one that it goes on
 * from.
 *
 * @param material a prompt source; with `lengthMode: 'match'`, a prompt pool, and blocks are not looked at
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` for a row that cannot be used
 */
export const qwenBailian = (options: TraceFileOptions, material: PromptMaterial): GeneratedWorkload => {
  const given = { ...options, lengthMode: options.lengthMode ?? 'exact' };
  const { tracePath, ...settings } = parseOptions(traceFileOptionsSchema, given, GENERATOR);
  const kind = { generator: GENERATOR, tolerancePercent: TOLERANCE_PERCENT, options: { tracePath } };
  return replayTrace(kind, qwenBailianTrace(tracePath), settings, material);
};
