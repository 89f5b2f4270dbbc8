import { createRandom } from '@aibrix/core/random';
import type { TargetLengths } from '../matching/target-lengths.js';
import type { LengthReport } from './length-tally.js';
import { createStatLengths } from './stat-lengths.js';
import { endOfSteps, type StatRates, statRates } from './stat-rates.js';
import type { StatSteps } from './stat-steps.js';

/** Options of `createStatTargets`. */
export interface StatTargetsOptions {
  /** Same seed, same draws. Default 0. */
  seed?: number | string | undefined;
  /** Divides rates. Default 1. */
  qpsScale?: number | undefined;
  /** Divides prompt lengths. Default 1. */
  inputScale?: number | undefined;
  /** Divides output lengths. Default 1. */
  outputScale?: number | undefined;
  /** Where rates end, unless the steps end before; null: with the steps. Default null. */
  durationMs?: number | null | undefined;
  /** Whether rates fluctuate within a step, as counts of independent requests do. Default `poisson`. */
  fluctuation?: 'poisson' | 'none' | undefined;
}

/** What was asked for and what came of it, for a manifest. Its size does not grow with steps or requests. */
interface StatReport {
  step_ms: number;
  steps: number;
  rate: {
    /** Mean of the export, scaled, over the duration. */
    asked_mean_rps: number;
    /** Mean of the rates that arrivals are drawn from: with fluctuation, one draw of it. */
    drawn_mean_rps: number;
  };
  prompt_lengths: LengthReport | null;
  output_lengths: LengthReport | null;
}

/** Rates and lengths that exported metrics ask for. */
export interface StatTargets {
  /** Milliseconds from the first step to the end. */
  durationMs: number;
  rates: StatRates;
  /** Lengths of the next request; requests come in order of time. */
  lengthsAt(timeMs: number): TargetLengths;
  /** About the lengths that were drawn so far. */
  report(): StatReport;
}

/**
 * Turns steps into what requests are made from: a rate for each second, and lengths for each request. For another pass over
 * the same workload create it anew: the same seed gives the same.
 *
 * @throws BenchmarkError `usage` for a duration of more than 10,000,000 s
 */
export const createStatTargets = (table: StatSteps, options: StatTargetsOptions = {}): StatTargets => {
  const { seed = 0, qpsScale = 1, inputScale = 1, outputScale = 1, fluctuation = 'poisson' } = options;
  const { steps, stepMs } = table;
  const durationMs = Math.min(options.durationMs ?? Number.POSITIVE_INFINITY, endOfSteps(steps));
  const random = createRandom(seed, 'stat/rate');
  const rates = statRates(steps, { qpsScale, durationMs, fluctuation, random });
  const lengths = createStatLengths(steps, { seed, inputScale, outputScale });
  return {
    durationMs,
    rates,
    lengthsAt: lengths.lengthsAt,
    report() {
      const { prompt, output } = lengths.report();
      const seconds = durationMs / 1000;
      return {
        step_ms: stepMs,
        steps: steps.filter(({ timeMs }) => timeMs < durationMs).length,
        rate: {
          asked_mean_rps: rates.askedRequests / seconds,
          drawn_mean_rps: rates.expectedRequests / seconds,
        },
        prompt_lengths: prompt,
        output_lengths: output,
      };
    },
  };
};
