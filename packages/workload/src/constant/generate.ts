import { createRandom, type Draw, type Random, truncatedNormal } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadEntry } from '@aibrix/schema';
import { ARRIVAL_PROCESSES } from '../arrivals/arrival-processes.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { plainRequests } from '../requests/plain-requests.js';
import { type PromptMaterial, requestMaking } from '../requests/prompt-material.js';
import type { RequestMaker } from '../requests/request-maker.js';
import { sessionRequests } from '../requests/session-requests.js';
import { toTimestamp } from '../timestamp.js';
import { type ConstantOptions, constantOptionsSchema } from './options.js';

const GENERATOR = 'constant';
const TOLERANCE_PERCENT = 50;

/** Whole numbers of tokens, at least 1; null where there is no target. */
const drawTokens = (mean: number | null, std: number, random: Random): (() => number | null) => {
  if (mean === null) return () => null;
  const draw: Draw = truncatedNormal(random, { mean, std, minimum: 1, maximum: Number.POSITIVE_INFINITY });
  return () => Math.round(draw());
};

/**
 * Requests at a constant mean rate, an entry each, at its own time.
 *
 * With `lengthMode: 'match'`, prompts come from a dataset. With target lengths a prompt is drawn among those within
 * ±50 % of them, widened by 5 points until 100 %, and then the nearest; an output length that is not known matches
 * anything. Without, prompts come in a shuffled order. In a dataset of sessions, each request is the next prompt of one
 * of the first `maxConcurrentSessions` unfinished sessions. The output length is the target's where there is one, else
 * the dataset's, else null.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing
 */
export const constant = (options: ConstantOptions, material: PromptMaterial): GeneratedWorkload => {
  const settings = parseOptions(constantOptionsSchema, options, GENERATOR);
  const { seed, ...generatorOptions } = settings;
  const choice = { seed, tolerancePercent: TOLERANCE_PERCENT };
  const making = requestMaking(material, {
    generator: GENERATOR,
    seed,
    lengthMode: settings.lengthMode,
    fromPool: (pool) =>
      pool.hasSessions
        ? sessionRequests(pool, { ...choice, maxConcurrentSessions: settings.maxConcurrentSessions })
        : plainRequests(pool, choice),
  });
  let maker: RequestMaker | undefined;
  let isEmpty = false;

  return {
    origin: {
      generator: GENERATOR,
      options: { ...generatorOptions, dataset: making.dataset },
      seed,
      tokenizer: making.tokenizer,
      synthesis: making.synthesis,
    },
    findings() {
      const { statistics, notes } = maker?.findings() ?? { statistics: {}, notes: [] };
      return {
        statistics,
        notes: isEmpty ? ['the workload is empty: at this rate no request falls into the duration', ...notes] : notes,
      };
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const requests = making.start();
      maker = requests;
      isEmpty = true;
      const lengths = createRandom(seed, 'target-lengths');
      const promptTokens = drawTokens(
        settings.targetPromptTokens,
        settings.targetPromptTokensStd,
        lengths.fork('prompt'),
      );
      const outputTokens = drawTokens(
        settings.targetCompletionTokens,
        settings.targetCompletionTokensStd,
        lengths.fork('completion'),
      );
      const arrivals = ARRIVAL_PROCESSES[settings.arrivals]({
        ratePerSecond: settings.targetQps,
        random: createRandom(seed, 'arrivals'),
      });
      for (const timeMs of arrivals) {
        const timestamp = toTimestamp(timeMs);
        if (timestamp >= settings.durationMs) return;
        isEmpty = false;
        const target = { promptTokens: promptTokens(), outputTokens: outputTokens() };
        yield { timestamp, requests: [await requests.next(target)] };
      }
    },
  };
};
