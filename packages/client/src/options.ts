import type { Clock } from '@aibrix/core/clock';
import type { LengthControl } from './protocol/chat-request.js';
import type { ServerMetricsOptions, ServerMetricsSettings } from './server-metrics/settings.js';
import type { Transport } from './transport/transport.js';

/** How a workload is run against a server. */
export interface RunOptions {
  /** Base URL of the server, with or without `/v1`. */
  endpoint: string;
  /** Model to ask for, unless a request names its own. */
  model: string;
  /** Sent as a bearer token to the endpoint only; never written anywhere. */
  apiKey?: string | undefined;
  /** Further headers of every request; their values are never written anywhere. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as the header `routing-strategy` (AIBrix gateway). */
  routingStrategy?: string | undefined;
  /** Send the session id as the header `x-aibrix-session-key`. Default false. */
  sessionKeyHeader?: boolean | undefined;
  /** Ask for streamed answers. Without them there is no TTFT, TPOT or ITL. Default true. */
  streaming?: boolean | undefined;
  /** Most tokens an answer may have; null: no limit. Default null. */
  outputTokenLimit?: number | null | undefined;
  /** How a server is made to produce the planned tokens. Default `min-tokens`. */
  lengthControl?: LengthControl | undefined;
  /** Sampling temperature. Default 0. */
  temperature?: number | undefined;
  /** Multiplies every timestamp, think and tool time: 0.1 is ten times as fast. Default 1. */
  timeScale?: number | undefined;
  /** Deadline of a whole request, retries included, in milliseconds. Default 60,000. */
  timeoutMs?: number | undefined;
  /** Further attempts after a failure that may pass. Default 0. */
  maxRetries?: number | undefined;
  /** Milliseconds from the start after which everything still open is cancelled; null: no limit. Default null. */
  durationLimitMs?: number | null | undefined;
  /** Sessions active at once, of turns or of requests with parents; further ones wait in a queue. Requests without a session are not limited. Default null: no limit. */
  maxConcurrentSessions?: number | null | undefined;
  /** Requests on their way at once; further ones wait, which is their `queue_time`. Default null: no limit. */
  concurrency?: number | null | undefined;
  /**
   * `schedule`: each request at its timestamp. `asap`: the next one as soon as fewer than `concurrency`, which must be set
   * then, are on their way; timestamps are not used, think and tool times are. Default `schedule`.
   */
  pacing?: 'schedule' | 'asap' | undefined;
  /**
   * What becomes of a session's later turns when one fails, and of requests that wait for a failed one as their parent.
   * Default `skip-rest`: each gets a `skipped` result.
   */
  failedTurn?: 'skip-rest' | 'continue' | undefined;
  /**
   * What a session's later turns hold as answers: `live`, the server's, or `recorded`, the workload's `completion`s, so that
   * every server gets the same tokens. Default `live`.
   */
  history?: 'live' | 'recorded' | undefined;
  /** Sent as `cache_salt` (vLLM): requests of another salt find nothing of these in the server's prefix cache. */
  cacheSalt?: string | undefined;
  /** Client lag (p99) above which the run is `client-bound`, in milliseconds. Default 10. */
  maxClientLagMs?: number | undefined;
  /** Keep `input` and `output` in results. Default true. */
  recordText?: boolean | undefined;
  /** Keep `itl` and `itl_tokens` in results. Default true. */
  recordItl?: boolean | undefined;
  /**
   * Ask the server for its models before load begins. `warn`: a server that is down or refuses the key ends the run,
   * anything else odd is a warning; `fail`: that ends it too; `off`: nothing is asked. Default `warn`.
   */
  preflight?: 'off' | 'warn' | 'fail' | undefined;
  /** Metrics pages of the server to record during the run. Default: none. */
  serverMetrics?: ServerMetricsOptions | undefined;
  /** Send through this instead of sockets; implies no preflight and no warm-up. */
  transport?: Transport | undefined;
  /** A `fetch` to send through (a test's `app.fetch`); slower than sockets. */
  fetch?: typeof globalThis.fetch | undefined;
  clock?: Clock | undefined;
  /** Cancels everything at once, with a result for each request. */
  signal?: AbortSignal | undefined;
  /** Sends nothing new, and lets what is under way end by itself. */
  drainSignal?: AbortSignal | undefined;
}

/** The options that decide what is sent and measured, with their defaults filled in. */
export interface RunSettings {
  streaming: boolean;
  outputTokenLimit: number | null;
  lengthControl: LengthControl;
  temperature: number;
  timeScale: number;
  timeoutMs: number;
  maxRetries: number;
  durationLimitMs: number | null;
  maxConcurrentSessions: number | null;
  concurrency: number | null;
  pacing: 'schedule' | 'asap';
  failedTurn: 'skip-rest' | 'continue';
  history: 'live' | 'recorded';
  cacheSalt: string | null;
  maxClientLagMs: number;
  recordText: boolean;
  recordItl: boolean;
  preflight: 'off' | 'warn' | 'fail';
  serverMetrics: ServerMetricsSettings | null;
  sessionKeyHeader: boolean;
  routingStrategy: string | null;
  model: string;
}
