import { parseOptions } from '@aibrix/core/validation';
import type { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import {
  type BurstGptOptions,
  type BurstGptSettings,
  burstGptOptionsShape,
  burstGptTrace,
} from '../trace/burst-gpt-trace.js';
import { type TraceFileOptions, type TraceFileSettings, traceFileSchema } from './trace-options.js';
import { replayTrace } from './trace-workload.js';

const GENERATOR = 'burstgpt';
const TOLERANCE_PERCENT = 10;

/** Options of `burstGpt`. */
export interface BurstGptWorkloadOptions extends TraceFileOptions, BurstGptOptions {}

/** Checks the options of `burstGpt` and fills in defaults. */
export const burstGptWorkloadOptionsSchema: z.ZodType<TraceFileSettings & BurstGptSettings, BurstGptWorkloadOptions> =
  traceFileSchema(burstGptOptionsShape);

/**
 * The requests of a BurstGPT trace, each at its own time, with its lengths.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` for a row that cannot be used
 */
export const burstGpt = (options: BurstGptWorkloadOptions, material: PromptMaterial): GeneratedWorkload => {
  const { tracePath, keepFailed, ...settings } = parseOptions(burstGptWorkloadOptionsSchema, options, GENERATOR);
  const kind = { generator: GENERATOR, tolerancePercent: TOLERANCE_PERCENT, options: { tracePath, keepFailed } };
  return replayTrace(kind, burstGptTrace(tracePath, { keepFailed }), settings, material);
};
