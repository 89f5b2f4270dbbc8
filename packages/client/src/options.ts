import type { Clock } from '@aibrix/core/clock';
import type { Calibration } from '@aibrix/schema';
import type { LengthControl } from './protocol/length-control.js';
import type { Api } from './protocol/protocol.js';
import type { Shard } from './run/partition.js';
import type { ServerMetricsOptions, ServerMetricsSettings } from './server-metrics/settings.js';
import type { TlsOptions } from './transport/tls.js';
import type { Transport } from './transport/transport.js';

/** How a workload is run against a server. */
export interface RunOptions {
  /** Base URL of the server, with or without `/v1`. */
  endpoint: string;
  /** Model to ask for, unless a request names its own. */
  model: string;
  /**
   * What is asked: chat completions, completions, responses or embeddings. Embeddings are not streamed and have no output
   * tokens: options of these say nothing then. Default `chat`.
   */
  api?: Api | undefined;
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
  /**
   * Ask for usage in every chunk of a stream (vLLM's `continuous_usage_stats`), so that the tokens of each read are known
   * and not taken to be one a chunk. For chat and completions. Default false.
   */
  continuousUsage?: boolean | undefined;
  /**
   * Send the `prompt_token_ids` of requests that have text too, for completions and embeddings. A request without text is
   * always sent as its token ids. Default false.
   */
  sendTokenIds?: boolean | undefined;
  /**
   * Further fields of every request's body; they win over the client's own, null included. What decides how the answer is
   * read, such as `messages` or `stream`, cannot be set here.
   */
  extraBody?: Readonly<Record<string, unknown>> | undefined;
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
   * What becomes of a request that is due while `concurrency` requests are on their way: `wait`, or `drop` it, with a
   * `dropped` result; for what follows it in its session or graph it has failed. For pacing `schedule` only. Default `wait`.
   */
  whenSaturated?: 'wait' | 'drop' | undefined;
  /**
   * Milliseconds over which the ceiling of `concurrency` rises, evenly, from `rampFrom` to its full height; null: it is
   * there from the start. Default null.
   */
  rampMs?: number | null | undefined;
  /** Requests that may be on their way at the beginning of the ramp. Default 1. */
  rampFrom?: number | undefined;
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
   * Memory that results may take while they wait to be written or read, in bytes. A slow disk never delays sending: when
   * this is used up, the run ends with `output`. Default 268,435,456 (256 MiB).
   */
  resultQueueBytes?: number | undefined;
  /**
   * Ask the server for its models before load begins, and send it one request. `warn`: a server that is down or refuses
   * the key ends the run, anything else odd is a warning; `fail`: that ends it too; `off`: nothing is asked. Default `warn`.
   */
  preflight?: 'off' | 'warn' | 'fail' | undefined;
  /** Metrics pages of the server to record during the run. Default: none. */
  serverMetrics?: ServerMetricsOptions | undefined;
  /**
   * Threads that send, each with an event loop and connections of its own; sessions are divided among them, and so are
   * `concurrency` and `maxConcurrentSessions`. Not with `transport`, `fetch` or `clock`. Default 1: this thread.
   */
  workers?: number | undefined;
  /** Replay only this part of the workload, while other processes replay the others. Limits hold within each. Default null: all of it. */
  shard?: Shard | null | undefined;
  /**
   * When the schedule begins, in epoch milliseconds: the same for all shards. A time that has passed before load can begin
   * ends the run. Default null: as soon as everything is ready.
   */
  startAtMs?: number | null | undefined;
  /** Empty the server's prefix cache before load begins (vLLM, SGLang); what came of it stands in the run record. Default false. */
  resetPrefixCache?: boolean | undefined;
  /**
   * Connections to open before the schedule begins, so that its first requests do not wait for theirs. `auto`: as many as
   * requests are due in its first five seconds, at most 256. Default `auto`.
   */
  warmConnections?: number | 'auto' | undefined;
  /** Most connections at once; a request that waits for one waits in `queue_time`. Default null: no limit. */
  maxConnections?: number | null | undefined;
  /** Use connections for more than one request each. Default true. */
  keepAlive?: boolean | undefined;
  /** Milliseconds after which a connection without a request is closed; a shorter time that the server names wins. Default 4000. */
  idleTimeoutMs?: number | undefined;
  /** Speak HTTP/2 where the server does: requests share connections. Default false. */
  http2?: boolean | undefined;
  /** Sent as `accept-encoding`: `gzip`, `br`, `zstd`, `deflate`, or some of them with commas. Default `identity`: no compression. */
  acceptEncoding?: string | undefined;
  /** Whom to trust and what to show on https endpoints. */
  tls?: TlsOptions | undefined;
  /** The calibrated ceiling of the client on this machine (`aibrix calibrate`): the run record then says how far from it the run was. */
  calibration?: Calibration | undefined;
  /** Send through this instead of sockets; implies that nothing is asked or opened before load, and no warm-up. */
  transport?: Transport | undefined;
  /** A `fetch` to send through (a test's `app.fetch`); slower than sockets, and connections are its own affair. */
  fetch?: typeof globalThis.fetch | undefined;
  clock?: Clock | undefined;
  /** Cancels everything at once, with a result for each request. */
  signal?: AbortSignal | undefined;
  /** Sends nothing new, and lets what is under way end by itself. */
  drainSignal?: AbortSignal | undefined;
}

/** The options that decide what is sent and measured, with their defaults filled in. */
export interface RunSettings {
  api: Api;
  streaming: boolean;
  outputTokenLimit: number | null;
  lengthControl: LengthControl;
  temperature: number;
  continuousUsage: boolean;
  sendTokenIds: boolean;
  extraBody: Readonly<Record<string, unknown>>;
  timeScale: number;
  timeoutMs: number;
  maxRetries: number;
  durationLimitMs: number | null;
  maxConcurrentSessions: number | null;
  concurrency: number | null;
  whenSaturated: 'wait' | 'drop';
  rampMs: number | null;
  rampFrom: number;
  pacing: 'schedule' | 'asap';
  failedTurn: 'skip-rest' | 'continue';
  history: 'live' | 'recorded';
  cacheSalt: string | null;
  maxClientLagMs: number;
  recordText: boolean;
  recordItl: boolean;
  resultQueueBytes: number;
  preflight: 'off' | 'warn' | 'fail';
  serverMetrics: ServerMetricsSettings | null;
  resetPrefixCache: boolean;
  warmConnections: number | 'auto';
  maxConnections: number | null;
  keepAlive: boolean;
  idleTimeoutMs: number;
  http2: boolean;
  acceptEncoding: string;
  /** File names only. */
  tls: TlsOptions | null;
  sessionKeyHeader: boolean;
  routingStrategy: string | null;
  model: string;
  workers: number;
  shard: Shard | null;
  startAtMs: number | null;
}
