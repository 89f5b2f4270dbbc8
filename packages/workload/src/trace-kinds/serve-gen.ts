import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { serveGenClients } from '../trace/serve-gen/serve-gen-clients.js';
import {
  SCALES_PROBLEM,
  scalesOnce,
  type TraceOptions,
  type TraceSettings,
  traceOptionsShape,
} from './trace-options.js';
import { replayTrace } from './trace-workload.js';

const GENERATOR = 'servegen';
const TOLERANCE_PERCENT = 10;

/** Options of `serveGen`. `fromMs` and `durationMs` choose the span of the clients' time that is drawn. */
export interface ServeGenWorkloadOptions extends TraceOptions {
  /** The folder with the clients' files, all of which are read. This or `paths`. */
  folder?: string | undefined;
  /** Files `chunk-<n>-trace.csv` of the clients wanted; each has its `chunk-<n>-dataset.json` beside it. */
  paths?: string[] | undefined;
  /** Mean rate of all clients together over the span, in requests per second; null: as in the files. Default null. */
  rate?: number | null | undefined;
  /** Correlation of input and output length by a Gaussian copula, from −1 to 1. Default 0: independent. */
  copulaCorrelation?: number | undefined;
}

/** The options with defaults filled in. */
export interface ServeGenWorkloadSettings extends TraceSettings {
  folder?: string | undefined;
  paths?: string[] | undefined;
  rate: number | null;
  copulaCorrelation: number;
}

/** Checks the options of `serveGen` and fills in defaults. */
export const serveGenWorkloadOptionsSchema: z.ZodType<ServeGenWorkloadSettings, ServeGenWorkloadOptions> = z
  .strictObject({
    folder: z.string().min(1, 'must not be empty').optional(),
    paths: z.array(z.string().min(1, 'must not be empty')).min(1, 'must name at least one file').optional(),
    rate: z.number().positive('must be above 0').max(1e9, 'must be at most 1e9').nullable().default(null),
    copulaCorrelation: z.number().min(-1, 'must be at least -1').max(1, 'must be at most 1').default(0),
    ...traceOptionsShape,
  })
  .refine(({ folder, paths }) => (folder === undefined) !== (paths === undefined), {
    path: ['folder'],
    message: 'give either a folder or paths',
  })
  .refine(scalesOnce, SCALES_PROBLEM);

/**
 * Requests as the clients of a ServeGen folder send them: each client's rate and burstiness by windows, its lengths by
 * their frequencies, drawn with the seed and merged in order of time.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with the place of what cannot be used
 */
export const serveGen = (options: ServeGenWorkloadOptions, material: PromptMaterial): GeneratedWorkload => {
  const settings = parseOptions(serveGenWorkloadOptionsSchema, options, GENERATOR);
  const { folder, paths, rate, copulaCorrelation, fromMs, durationMs, ...rest } = settings;
  const { seed } = rest;
  const reader = serveGenClients({ folder, paths, rate, copulaCorrelation, seed, fromMs, durationMs });
  const own = { folder, paths, rate, copulaCorrelation, spanFromMs: fromMs, spanMs: durationMs };
  const kind = { generator: GENERATOR, tolerancePercent: TOLERANCE_PERCENT, options: own };
  return replayTrace(kind, reader, { ...rest, fromMs: 0, durationMs: null }, material);
};
