import { createQuantileSketch, type QuantileSketch } from '@aibrix/metrics';
import type { RequestResult } from '@aibrix/schema';
import type { Distributions, QuantileCurves } from '../report.js';
import { CURVE_QUANTILES, curveOf, distributionOf } from './distribution.js';
import type { ResultFigures } from './result-figures.js';

type Name = keyof Distributions;

const NAMES: readonly Name[] = [
  'ttft_s',
  'tpot_s',
  'itl_s',
  'itl_mean_s',
  'latency_s',
  'ttft_scheduled_s',
  'latency_scheduled_s',
  'norm_tpot_s',
  'throughput_tokens_per_s',
  'prompt_tokens',
  'output_tokens',
  'total_tokens',
  'cached_tokens',
  'reasoning_tokens',
  'turn_wait_s',
  'queue_time_s',
  'connect_time_s',
  'dispatch_lag_s',
  'client_lag_s',
];

const recordOf = <T>(make: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries(NAMES.map((name) => [name, make(name)])) as Record<Name, T>;

/** The sketches behind the distributions of a report. */
export const createRunSketches = () => {
  const sketches: Record<Name, QuantileSketch> = recordOf(() => createQuantileSketch());
  const add = (name: Name, value: number | null | undefined): void => {
    if (value !== null && value !== undefined && Number.isFinite(value)) sketches[name].add(value);
  };
  const addGaps = (gaps: readonly number[]): void => {
    let sum = 0;
    for (const gap of gaps) {
      add('itl_s', gap);
      sum += gap;
    }
    if (gaps.length > 0) add('itl_mean_s', sum / gaps.length);
  };
  return {
    /** How the client behaved, from every request sent. */
    addConduct(figures: ResultFigures): void {
      add('turn_wait_s', figures.turnWait);
      add('queue_time_s', figures.queueTime);
      add('connect_time_s', figures.connectTime);
      add('dispatch_lag_s', figures.dispatchLag);
      add('client_lag_s', figures.clientLag);
    },
    /** How it was served, from every request that succeeded. */
    addSuccess(figures: ResultFigures, result: RequestResult): void {
      add('ttft_s', figures.ttft);
      add('tpot_s', figures.tpot);
      add('latency_s', figures.latency);
      add('ttft_scheduled_s', figures.ttftScheduled);
      add('latency_scheduled_s', figures.latencyScheduled);
      add('norm_tpot_s', figures.normTpot);
      add('throughput_tokens_per_s', figures.throughput);
      add('prompt_tokens', figures.promptTokens);
      add('output_tokens', figures.outputTokens);
      add('total_tokens', figures.totalTokens);
      add('cached_tokens', result.cached_tokens);
      add('reasoning_tokens', result.reasoning_tokens);
      if (result.itl) addGaps(result.itl);
    },
    /** Null for no values. */
    sum: (name: keyof Distributions): number | null => sketches[name].sum,
    distributions: (): Distributions => recordOf((name) => distributionOf(sketches[name])),
    curves: (): QuantileCurves => ({
      q: [...CURVE_QUANTILES],
      ttft_s: curveOf(sketches.ttft_s),
      tpot_s: curveOf(sketches.tpot_s),
      itl_s: curveOf(sketches.itl_s),
      latency_s: curveOf(sketches.latency_s),
    }),
  };
};

export type RunSketches = ReturnType<typeof createRunSketches>;
