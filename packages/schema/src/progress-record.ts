import { z } from 'zod';

/** Quantiles of a duration, in seconds, each within 1 % of the value that it stands for. */
export interface ProgressQuantiles {
  /** Values they are of. */
  count: number;
  p50: number;
  p90: number;
  p99: number;
}

type Nullable<T> = T | null;

/**
 * How a run stands: a line of `--json-progress`. Null is "not known" or "none yet", never 0. Rates and quantiles are of the
 * last `window_seconds`.
 */
export interface ProgressRecord {
  /** `ended` is the last line. */
  phase: 'preparing' | 'running' | 'draining' | 'ended';
  /** Epoch seconds on the clock of the results. */
  time: number;
  /** Since the schedule began; 0 before. */
  elapsed_seconds: number;
  /** From the start of the schedule to its last request. */
  planned_seconds: Nullable<number>;
  /** Until the last request is due, or the duration limit. */
  seconds_left: Nullable<number>;
  /** Requests of the workload. */
  offered: Nullable<number>;
  /** Requests whose planned time has come. */
  due: number;
  /** Requests whose bytes have gone out. */
  sent: number;
  succeeded: number;
  failed: number;
  /** Failures by class. */
  errors: Record<string, number>;
  in_flight: number;
  /** Requests and sessions that wait for a place that the user has limited. */
  queued: number;
  output_tokens: number;
  connections_open: Nullable<number>;
  /** Those of them that carry no request. */
  connections_idle: Nullable<number>;
  window_seconds: number;
  /** Requests per second: that came due, that went out, that came back whole. */
  offered_rate: Nullable<number>;
  sent_rate: Nullable<number>;
  completed_rate: Nullable<number>;
  /** Tokens of answers that ended, per second. */
  output_token_rate: Nullable<number>;
  /** Seconds, of answers that came whole. */
  ttft: Nullable<ProgressQuantiles>;
  tpot: Nullable<ProgressQuantiles>;
  latency: Nullable<ProgressQuantiles>;
  /** Seconds that the client itself was late by, of all requests that were sent. */
  client_lag: Nullable<ProgressQuantiles>;
  /** Of the last line of a run that came to its end. */
  verdict?: string | null | undefined;
  verdict_reason?: string | null | undefined;
  /** Of the last line of a run that did not. */
  error?: string | null | undefined;
}

const number = z.number().nullable();
const quantiles = z.looseObject({ count: z.number(), p50: z.number(), p90: z.number(), p99: z.number() }).nullable();

export const progressRecordSchema: z.ZodType<ProgressRecord> = z.looseObject({
  phase: z.enum(['preparing', 'running', 'draining', 'ended']),
  time: z.number(),
  elapsed_seconds: z.number(),
  planned_seconds: number,
  seconds_left: number,
  offered: number,
  due: z.number(),
  sent: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  errors: z.record(z.string(), z.number()),
  in_flight: z.number(),
  queued: z.number(),
  output_tokens: z.number(),
  connections_open: number,
  connections_idle: number,
  window_seconds: z.number(),
  offered_rate: number,
  sent_rate: number,
  completed_rate: number,
  output_token_rate: number,
  ttft: quantiles,
  tpot: quantiles,
  latency: quantiles,
  client_lag: quantiles,
  verdict: z.string().nullish(),
  verdict_reason: z.string().nullish(),
  error: z.string().nullish(),
});
