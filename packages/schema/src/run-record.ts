import { z } from 'zod';
import { type Manifest, manifestSchema } from './manifest.js';
import { SCHEMA_VERSION } from './schema-version.js';

/**
 * - `valid`: the client did what the workload says
 * - `client-bound`: the client itself was late, so latencies and rates may be its own
 * - `under-delivered`: too many requests were never sent through the client's own fault
 * - `unknown`: nothing is known about the client (results without a run record)
 */
export type Verdict = 'valid' | 'client-bound' | 'under-delivered' | 'unknown';

/** How uneven arrivals were to be and were, in windows of one length. Null: too few windows to say. */
export interface DeliveredDispersion {
  window_ms: number;
  /** Index of dispersion (variance / mean of counts) of the times at which requests were to start. */
  due: number | null;
  /** The same of the times at which their bytes went out. */
  delivered: number | null;
}

/** What a verdict was decided on. Null: too little was measured to say. */
export interface VerdictFigures {
  client_lag_p50_ms: number | null;
  client_lag_p99_ms: number | null;
  client_lag_max_ms: number | null;
  /** The limit that the p99 is held against. */
  max_client_lag_ms: number;
  offered: number;
  sent: number;
  /** Offered requests never sent through the client's own fault. */
  unsent: number;
  /** The limit of `unsent` / `offered`. */
  max_unsent_fraction: number;
}

export const verdictSchema: z.ZodType<Verdict> = z.enum(['valid', 'client-bound', 'under-delivered', 'unknown']);

const figure = z.number().nullable();

export const dispersionSchema: z.ZodType<DeliveredDispersion> = z.looseObject({
  window_ms: z.number(),
  due: figure,
  delivered: figure,
});

const verdictFiguresSchema: z.ZodType<VerdictFigures> = z.looseObject({
  client_lag_p50_ms: figure,
  client_lag_p99_ms: figure,
  client_lag_max_ms: figure,
  max_client_lag_ms: z.number(),
  offered: z.number(),
  sent: z.number(),
  unsent: z.number(),
  max_unsent_fraction: z.number(),
});

/** What came of the metrics endpoints that were scraped during the run. */
export interface ServerMetricsSummary {
  /** Name of the file that holds them, beside the run record; absent where they were written to none. */
  path?: string | null | undefined;
  /** URLs that were asked, without their queries. */
  endpoints: string[];
  /** Scrapes that were sent: those that failed included. */
  scrapes: number;
  failed: number;
  /** Scrapes that were not sent because the one before was still under way. */
  skipped: number;
}

/** How far a run was from the calibrated ceiling of its client. */
export interface CeilingShare {
  /** When the ceiling was measured, as ISO 8601 in UTC. */
  measured_at: string;
  /** Estimated part of the client's ceiling that the run asked for on average: 0 is idle, 1 the ceiling. */
  ceiling_share: number;
  /** Token-carrying reads. */
  reads: number;
  /** Bytes of the bodies of requests. */
  sent_bytes: number;
}

/** What the request before load showed. Null: not known, or not reported. */
export interface PreflightRecord {
  http_status: number | null;
  /** Tokens of its prompt, as the server counts them. */
  prompt_tokens: number | null;
  /** The same as the workload states them; null where a text of the client's own was sent. */
  prompt_length: number | null;
  /** What the workload's lengths count. */
  count_mode: 'prompt' | 'chat' | null;
  output_tokens: number | null;
  output_tokens_asked: number;
  /** What is not as a run needs it, in words. */
  findings: string[];
}

/** How the server was asked to empty its prefix cache. */
export interface PrefixCacheReset {
  /** The path that it has for this; null: none that is known. */
  path: string | null;
  /** Null: no answer. */
  http_status: number | null;
}

/** What became of connections. */
export interface RunConnections {
  /** To be open before the schedule began, and how many were. */
  warm_wanted: number;
  warm_opened: number;
  /** Opened in all. */
  opened: number;
  /** Requests sent again because the server had just closed the idle connection that they went out on. */
  stale_retries: number;
}

const preflightRecordSchema: z.ZodType<PreflightRecord> = z.looseObject({
  http_status: figure,
  prompt_tokens: figure,
  prompt_length: figure,
  count_mode: z.enum(['prompt', 'chat']).nullable(),
  output_tokens: figure,
  output_tokens_asked: z.number(),
  findings: z.array(z.string()),
});

const prefixCacheResetSchema: z.ZodType<PrefixCacheReset> = z.looseObject({
  path: z.string().nullable(),
  http_status: figure,
});

const runConnectionsSchema: z.ZodType<RunConnections> = z.looseObject({
  warm_wanted: z.number(),
  warm_opened: z.number(),
  opened: z.number(),
  stale_retries: z.number(),
});

/** What stands beside results `X.jsonl` as `X.run.json`: how the run was made and whether it can be trusted. */
export interface RunRecord {
  schema_version: string;
  /** Version of the client package. */
  client_version: string;
  /** Where the workload came from, its hash, and its manifest where it has one. */
  workload: {
    path?: string | null | undefined;
    sha256?: string | null | undefined;
    manifest?: Manifest | null | undefined;
  };
  /** The options in force, defaults included, secrets left out. */
  options: Record<string, unknown>;
  machine: Record<string, unknown>;
  /** When the schedule began, as ISO 8601 in UTC. */
  start_wall_time: string;
  /** The same in epoch seconds on the clock of the results. */
  start_time: number;
  /** When the last request ended, in epoch seconds. */
  end_time: number;
  /** Requests by what came of them: offered = succeeded + failed + unsent; `errors` by class. */
  counts: {
    offered: number;
    /** Whose bytes went out. */
    sent: number;
    succeeded: number;
    failed: number;
    /** Given up before they were sent: after a failed turn, or when the run was ended. */
    unsent: number;
    errors: Record<string, number>;
  };
  /** How the tokens of a gap (`itl_tokens`) were known: `usage`, `tokenizer` or `chunk` (one a chunk). */
  itl_tokens_source: 'usage' | 'tokenizer' | 'chunk';
  verdict: Verdict;
  /** Why, in a sentence. */
  verdict_reason: string;
  verdict_figures: VerdictFigures;
  /** Arrivals as they were to be and as they were; explains a verdict and does not decide it. */
  dispersion?: DeliveredDispersion[] | null | undefined;
  /** Requests in flight as the client saw them: summed over time, in request-seconds, and the most at once. */
  in_flight?: { request_seconds: number; max: number } | null | undefined;
  /** How far the client was from its ceiling; null where this machine was never calibrated. */
  calibration?: CeilingShare | null | undefined;
  /** Absent where no metrics endpoint was scraped. */
  server_metrics?: ServerMetricsSummary | null | undefined;
  /** Why the run ended before its last request, if it did; `output`: what it found could not be written, and some of it is lost. */
  ended_early?: 'duration-limit' | 'interrupted' | 'output' | null | undefined;
  /** What the request before load showed. */
  preflight?: PreflightRecord | null | undefined;
  /** Absent where it was not asked to. */
  prefix_cache_reset?: PrefixCacheReset | null | undefined;
  connections?: RunConnections | null | undefined;
  /** What the reader should know, in words, with counts. */
  warnings: string[];
}

export const runRecordSchema: z.ZodType<RunRecord> = z.looseObject({
  schema_version: z.literal(SCHEMA_VERSION),
  client_version: z.string(),
  workload: z.looseObject({
    path: z.string().nullish(),
    sha256: z.string().nullish(),
    manifest: manifestSchema.nullish(),
  }),
  options: z.record(z.string(), z.unknown()),
  machine: z.record(z.string(), z.unknown()),
  start_wall_time: z.string(),
  start_time: z.number(),
  end_time: z.number(),
  counts: z.looseObject({
    offered: z.number(),
    sent: z.number(),
    succeeded: z.number(),
    failed: z.number(),
    unsent: z.number(),
    errors: z.record(z.string(), z.number()),
  }),
  itl_tokens_source: z.enum(['usage', 'tokenizer', 'chunk']),
  verdict: verdictSchema,
  verdict_reason: z.string(),
  verdict_figures: verdictFiguresSchema,
  dispersion: z.array(dispersionSchema).nullish(),
  in_flight: z.looseObject({ request_seconds: z.number(), max: z.number() }).nullish(),
  calibration: z
    .looseObject({ measured_at: z.string(), ceiling_share: z.number(), reads: z.number(), sent_bytes: z.number() })
    .nullish(),
  server_metrics: z
    .looseObject({
      path: z.string().nullish(),
      endpoints: z.array(z.string()),
      scrapes: z.number(),
      failed: z.number(),
      skipped: z.number(),
    })
    .nullish(),
  ended_early: z.enum(['duration-limit', 'interrupted', 'output']).nullish(),
  preflight: preflightRecordSchema.nullish(),
  prefix_cache_reset: prefixCacheResetSchema.nullish(),
  connections: runConnectionsSchema.nullish(),
  warnings: z.array(z.string()),
});

const RESULTS_SUFFIX = /(\.jsonl?)?(\.gz|\.zst)?$/i;

/** Where the run record of a results file stands: `X.run.json` beside `X.jsonl`. */
export const runRecordPath = (resultsPath: string): string => resultsPath.replace(RESULTS_SUFFIX, '.run.json');
