import { parseOptions } from '@aibrix/core/validation';
import type { GeneratedWorkload } from '../generated-workload.js';
import { plainRequests } from '../requests/plain-requests.js';
import { type PromptMaterial, requestMaking } from '../requests/prompt-material.js';
import { azureTrace } from '../trace/azure-trace.js';
import { traceWorkload } from '../trace/trace-workload.js';
import { type AzureOptions, azureOptionsSchema } from './options.js';

const GENERATOR = 'azure';
const TOLERANCE_PERCENT = 10;

/**
 * The requests of an Azure LLM inference trace, an entry each, at its own time; the first row is time 0.
 *
 * Output lengths are the trace's. With `lengthMode: 'exact'` prompts have exactly the trace's tokens too. With `match` a
 * prompt is drawn among those of a dataset within ±10 % of the row's lengths, widened by 5 points until 100 %, and then
 * the nearest; prompts of sessions are used one by one, without their session.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` for a row that cannot be used
 */
export const azure = (options: AzureOptions, material: PromptMaterial): GeneratedWorkload => {
  const { seed, ...settings } = parseOptions(azureOptionsSchema, options, GENERATOR);
  return traceWorkload(azureTrace(settings.tracePath), {
    origin: { generator: GENERATOR, options: settings, seed },
    durationMs: settings.durationMs,
    requests: requestMaking(material, {
      generator: GENERATOR,
      seed,
      lengthMode: settings.lengthMode,
      fromPool: (pool) => plainRequests(pool, { seed, tolerancePercent: TOLERANCE_PERCENT }),
    }),
  });
};
