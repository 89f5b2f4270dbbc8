import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { shapeOf } from '../arrivals/arrival-options.js';
import { createArrivals } from '../arrivals/create-arrivals.js';
import { createRate } from '../arrivals/create-rate.js';
import type { RateDescription } from '../arrivals/rate-description.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { plainRequests } from '../requests/plain-requests.js';
import { type PromptMaterial, requestMaking } from '../requests/prompt-material.js';
import { timedWorkload } from '../timed-workload.js';
import { createStatTargets, type StatTargets } from './create-stat-targets.js';
import { type StatOptions, statOptionsSchema } from './options.js';
import { readStatTable, type StatTable } from './read-stat-table.js';
import { roundedFigures } from './rounded-figures.js';

const GENERATOR = 'stat';

/** As a manifest states them, so that what is drawn and what is stated are the same rates. */
const sixDecimals = (rate: number): number => Math.round(rate * 1e6) / 1e6;
const TOLERANCE_PERCENT = 10;

/** What is known once the files were read. */
interface ReadMetrics {
  table: StatTable;
  targets: StatTargets;
  rate: RateDescription;
}

/** Times below an end. */
const before = function* (times: Iterable<number>, endMs: number): Generator<number, void, void> {
  for (const timeMs of times) {
    if (timeMs >= endMs) return;
    yield timeMs;
  }
};

/**
 * Requests with the rates and lengths of metrics that were exported from monitoring, an entry each. Rates hold for a second
 * and fluctuate as counts do (`fluctuation`); within it arrivals come of the process that is asked for. Lengths are drawn for
 * each request from a lognormal distribution that is fitted to the percentiles of its step; the findings compare what was
 * asked for, the fit and the lengths drawn (`length_fit`).
 *
 * Prompts are single ones of a dataset within ±10 % of the lengths, widened by 5 points until 100 %, and then the nearest
 * (`match`), or are made to the exact length.
 *
 * Files are read when entries are asked for; before, `origin` does not state the rate.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `file-not-found`, and `input` with `file:line` and a hint for what cannot be used
 */
export const stat = (options: StatOptions, material: PromptMaterial): GeneratedWorkload => {
  const settings = parseOptions(statOptionsSchema, options, GENERATOR);
  const { seed, arrivals: process, durationMs, maxRequests, lengthMode, withText, cacheFigures } = settings;
  const { seed: _, ...generatorOptions } = settings;
  const shape = shapeOf(settings);
  let metrics: ReadMetrics | undefined;

  const readMetrics = async (): Promise<ReadMetrics> => {
    const table = await readStatTable(settings);
    const targets = createStatTargets(table, settings);
    const { intervalMs, ratesPerSecond } = targets.rates;
    return {
      table,
      targets,
      rate: { kind: 'intervals', interval_ms: intervalMs, rates_rps: Array.from(ratesPerSecond, sixDecimals) },
    };
  };

  return timedWorkload({
    get origin() {
      const rate = metrics?.rate ?? null;
      return {
        generator: GENERATOR,
        options: { ...generatorOptions, ...(metrics && { files: metrics.table.files }) },
        seed,
        arrivals: { of: 'requests' as const, process, shape, rate },
      };
    },
    durationMs: durationMs ?? Number.POSITIVE_INFINITY,
    maxRequests,
    async start() {
      metrics = undefined;
      metrics = await readMetrics();
      const { targets } = metrics;
      const rate = createRate(metrics.rate);
      const times = createArrivals({ process, shape, rate, random: createRandom(seed, 'arrivals') });
      return { times: before(times, targets.durationMs), targetAt: targets.lengthsAt };
    },
    requests: requestMaking(material, {
      generator: GENERATOR,
      seed,
      lengthMode,
      withText,
      cacheFigures,
      fromPool: (pool, use) => plainRequests(pool, { seed, tolerancePercent: TOLERANCE_PERCENT }, use),
    }),
    findings() {
      if (!metrics) return { statistics: {}, notes: [] };
      const { table, targets } = metrics;
      const { prompt_lengths: prompt, output_lengths: output, ...figures } = targets.report();
      const endNotes =
        durationMs !== null && targets.durationMs < durationMs
          ? [`the metrics end at ${targets.durationMs} ms, before the duration of ${durationMs} ms`]
          : [];
      return {
        statistics: roundedFigures({ exported_metrics: figures, length_fit: { prompt, output } }),
        notes: [...table.notes, ...endNotes],
      };
    },
  });
};
