import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { shapeOf } from '../arrivals/arrival-options.js';
import { createArrivals } from '../arrivals/create-arrivals.js';
import { createRate } from '../arrivals/create-rate.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { poolRequests } from '../requests/pool-requests.js';
import { type PromptMaterial, requestMaking } from '../requests/prompt-material.js';
import { timedWorkload } from '../timed-workload.js';
import { type ConstantOptions, constantOptionsSchema } from './options.js';
import { createTargetDraws } from './target-draws.js';

const GENERATOR = 'constant';
const TOLERANCE_PERCENT = 50;

/**
 * Requests at a constant mean rate, an entry each, at its own time.
 *
 * With `lengthMode: 'match'`, prompts come from a dataset. With target lengths a prompt is drawn among those within
 * ±50 % of them, widened by 5 points until 100 %, and then the nearest; an output length that is not known matches
 * anything. Without, prompts come in a shuffled order. In a dataset of sessions, each request is the next prompt of one
 * of the first `maxConcurrentSessions` unfinished sessions. The output length is the target's where there is one, else
 * the dataset's, else null.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`); nothing without text and with targets
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing
 */
export const constant = (options: ConstantOptions, material: PromptMaterial): GeneratedWorkload => {
  const settings = parseOptions(constantOptionsSchema, options, GENERATOR);
  const { seed, durationMs, maxRequests, arrivals: process, ...generatorOptions } = settings;
  const rate = createRate({ kind: 'constant', rate_rps: settings.targetQps });
  const shape = shapeOf(settings);
  return timedWorkload({
    origin: {
      generator: GENERATOR,
      options: { ...generatorOptions, durationMs, maxRequests, arrivals: process },
      seed,
      arrivals: { of: 'requests', process, shape, rate: rate.description },
    },
    durationMs,
    maxRequests,
    start: () => ({
      times: createArrivals({ process, shape, rate, random: createRandom(seed, 'arrivals') }),
      targetAt: createTargetDraws(seed, {
        prompt: { mean: settings.targetPromptTokens, std: settings.targetPromptTokensStd },
        output: { mean: settings.targetCompletionTokens, std: settings.targetCompletionTokensStd },
      }),
    }),
    requests: requestMaking(material, {
      ...settings,
      generator: GENERATOR,
      fromPool: poolRequests({ ...settings, tolerancePercent: TOLERANCE_PERCENT }),
    }),
  });
};
