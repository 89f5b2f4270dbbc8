import type { RunRecord, Verdict, VerdictFigures } from '@aibrix/schema';
import type { GoodputMetric } from './goodput/goodput-targets.js';

/** Quantiles that a distribution states; the key says which (`p99_9` is the 0.999 quantile). */
export const QUANTILES = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p99_9: 0.999 } as const;

export type QuantileName = keyof typeof QUANTILES;

/**
 * Figures of one quantity. Its unit stands in the name of the field that holds it (`ttft_s`: seconds).
 * Everything but `count` is null for no values, and `std` for fewer than two.
 */
export interface Distribution extends Record<QuantileName, number | null> {
  /** Values measured: requests, or gaps for `itl_s`. */
  count: number;
  mean: number | null;
  /** Standard deviation of a sample (n − 1). */
  std: number | null;
  min: number | null;
  max: number | null;
  /** Quantiles q with fewer than 10 / (1 − q) values: they say little. */
  thin: QuantileName[];
  /** Whether the quantiles are exact; else they come from a t-digest. */
  is_exact: boolean;
}

/**
 * Distributions over the requests that succeeded, save for those that speak of how requests were sent
 * (`turn_wait_s`, `queue_time_s`, `connect_time_s`, `dispatch_lag_s`, `client_lag_s`): those hold every request that was sent.
 */
export interface Distributions {
  /** Time to first token: first token − sent. */
  ttft_s: Distribution;
  /** Time per output token after the first read, a value a request. */
  tpot_s: Distribution;
  /** Gaps between successive token-carrying reads, pooled over all requests. */
  itl_s: Distribution;
  /** Mean gap of a request. */
  itl_mean_s: Distribution;
  /** End − sent. */
  latency_s: Distribution;
  /** First token − scheduled: what a user waits when a queue or the client is late. */
  ttft_scheduled_s: Distribution;
  /** End − scheduled. */
  latency_scheduled_s: Distribution;
  /** Latency / output tokens. */
  norm_tpot_s: Distribution;
  /** Output tokens / latency of a request. */
  throughput_tokens_per_s: Distribution;
  prompt_tokens: Distribution;
  output_tokens: Distribution;
  total_tokens: Distribution;
  cached_tokens: Distribution;
  reasoning_tokens: Distribution;
  /** Scheduled − planned: turns of a session that were due while the one before was still under way. */
  turn_wait_s: Distribution;
  /** Wait that the user's own limits caused (sessions, concurrency, rate). */
  queue_time_s: Distribution;
  /** From handing the request to the transport to its first bytes: opening a connection, where there was none. */
  connect_time_s: Distribution;
  /** Sent − scheduled. */
  dispatch_lag_s: Distribution;
  /** Sent − scheduled − queue time − connect time: what the client itself was late. */
  client_lag_s: Distribution;
}

/** What came of a kind of length that was planned. */
export interface LengthComparison {
  /** Requests with both a planned and an obtained length. */
  compared: number;
  shorter: number;
  equal: number;
  longer: number;
  /** Sums over the compared requests. */
  planned_tokens: number;
  obtained_tokens: number;
  /** Obtained − planned, tokens. */
  difference_tokens: Distribution;
}

export interface ErrorClass {
  /** `error_type` of the results. */
  type: string;
  count: number;
  /** Of all requests offered. */
  fraction: number;
  /** Message of the first one. */
  first_message: string | null;
  first_code: string | null;
  first_http_status: number | null;
}

export interface GoodputReport {
  targets: {
    metric: GoodputMetric;
    limit_s: number;
    /** Succeeded requests that meet this target alone. */
    met: number;
    /** The same over all requests offered. */
    met_fraction: number;
  }[];
  /** Requests that meet all targets. */
  good: number;
  /** `good` over the window; null where there is no window. */
  good_per_s: number | null;
  /** `good` over all requests offered: those that failed or were cancelled are not good. */
  good_fraction: number;
}

/** One slice of the run. A request counts where the thing itself happened. */
export interface TimeBin {
  /** From the start of the window. */
  start_s: number;
  /** Shorter than `bin_s` where the run begins and ends. */
  duration_s: number;
  /** By scheduled time. */
  offered: number;
  /** By the end of the request. */
  succeeded: number;
  failed: Record<string, number>;
  /** Output tokens of requests that succeeded, by the time they arrived. */
  output_tokens: number;
  in_flight_mean: number;
  in_flight_max: number;
  /** Of requests sent in this slice that succeeded. */
  latency_p50_s: number | null;
  latency_p90_s: number | null;
  latency_p99_s: number | null;
  ttft_p50_s: number | null;
  ttft_p90_s: number | null;
  ttft_p99_s: number | null;
  /** Of requests sent in this slice. */
  client_lag_p50_s: number | null;
  client_lag_max_s: number | null;
}

export interface TimeSeries {
  /** 1 s, doubled until a run has at most 200 bins. */
  bin_s: number;
  /** Bound of the relative error of the quantiles in the bins. */
  quantile_error: number;
  bins: TimeBin[];
}

/** The quantile function, for drawing distributions: `values[i]` is the `q[i]` quantile. */
export interface QuantileCurves {
  q: number[];
  ttft_s: number[] | null;
  tpot_s: number[] | null;
  itl_s: number[] | null;
  latency_s: number[] | null;
}

/** A file that was read. */
export interface ReportSource {
  file: string;
  results: number;
  /** Last lines cut off by a kill, which were left out. */
  cut_lines: number;
  /** The run record beside it; null where there is none. */
  run_record: string | null;
}

/** What the client said of itself, for one run (or one shard of it). */
export type ReportedRun = Pick<
  RunRecord,
  | 'client_version'
  | 'workload'
  | 'options'
  | 'machine'
  | 'start_wall_time'
  | 'itl_tokens_source'
  | 'verdict'
  | 'verdict_reason'
  | 'warnings'
  | 'dispersion'
> & { verdict_figures: VerdictFigures; ended_early: RunRecord['ended_early'] | null };

/**
 * The outcome of an analysis, as `report.json` holds it. The same results give the same bytes.
 * What was not measured is null, never 0 and never NaN.
 */
export interface Report {
  schema_version: string;
  kind: 'report';
  /** Version of `@aibrix/analysis`. */
  generator_version: string;
  /** Whether the client did what it was asked, so that the rest can be believed. With several runs the worst one. */
  verdict: Verdict;
  verdict_reason: string;
  /** Names of models in the results, at most ten. */
  models: string[];
  counts: {
    offered: number;
    sent: number;
    succeeded: number;
    failed: number;
    /** Given up before they were sent. Offered − succeeded − failed − unsent left no result: the client was killed. */
    unsent: number;
    /** Succeeded / offered. */
    success_fraction: number;
    errors: ErrorClass[];
  };
  window: {
    /** The first scheduled time, in epoch seconds. */
    start_time: number | null;
    /** Last end of a request that succeeded. */
    end_time: number | null;
    duration_s: number | null;
    /** `sent` where the results have no scheduled times. */
    starts_at: 'scheduled' | 'sent';
  };
  rates: {
    /** (n − 1) / (last − first planned): what the workload asks for; null for one request. */
    planned_per_s: number | null;
    /** (n − 1) / (last − first scheduled): less than planned where turns of a session wait for the one before. */
    offered_per_s: number | null;
    /** Succeeded requests over the window, as are the tokens. */
    requests_per_s: number | null;
    output_tokens_per_s: number | null;
    /** Prompt and output tokens. */
    total_tokens_per_s: number | null;
  };
  concurrency: {
    /** Requests in flight, failed ones included: time-weighted over the window. */
    mean: number | null;
    max: number | null;
    /** Mean of what the client itself saw in flight, over the window; null without run records that say so. */
    client_gauge: number | null;
    /** The same from Little's law: requests sent per second · mean time in flight. A check of the gauge. */
    littles_law: number | null;
    /** Grid that times were rounded to; 0 is exact. */
    resolution_s: number;
  };
  goodput: GoodputReport | null;
  /** Sums over the requests that succeeded; null where no request reported one. */
  tokens: {
    prompt: number | null;
    output: number | null;
    total: number | null;
    cached: number | null;
    reasoning: number | null;
  };
  distributions: Distributions;
  planned_lengths: {
    /** First turns only: later ones are sent with the conversation so far, and the plan is of their own text. */
    prompt: LengthComparison;
    output: LengthComparison;
  };
  time_series: TimeSeries;
  quantile_curves: QuantileCurves;
  sources: ReportSource[];
  runs: ReportedRun[];
  /** What the reader should know, in words. */
  notes: string[];
}
