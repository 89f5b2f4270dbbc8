import { readFile } from 'node:fs/promises';
import { type Clock, createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { type ReadableFile, regularFile, STDIO, sha256OfFile } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import {
  type Manifest,
  manifestPath,
  manifestSchema,
  type RequestResult,
  type RunRecord,
  SCHEMA_VERSION,
  type ServerMetricsRecord,
  type WorkloadEntry,
  workloadEntrySchema,
} from '@aibrix/schema';
import { checkServer } from '../check-server.js';
import { normaliseEndpoint } from '../endpoint.js';
import { describeMachine } from '../machine.js';
import type { RunOptions, RunSettings } from '../options.js';
import { createRedaction } from '../redaction.js';
import { headersFor } from '../request-headers.js';
import { resolveSettings } from '../run-settings.js';
import { ServerMetrics } from '../server-metrics/server-metrics.js';
import { fetchTransport } from '../transport/fetch-transport.js';
import type { Transport } from '../transport/transport.js';
import { undiciTransport } from '../transport/undici-transport.js';
import { VERSION } from '../version.js';
import { warmUp } from '../warm-up.js';
import { addClipping, type Clipping } from './clipping.js';
import { Delivery } from './delivery.js';
import { describeProgress } from './describe-progress.js';
import { Dispatcher, prepareBody, type Stop } from './dispatcher.js';
import { Lookahead } from './lookahead.js';
import { planRequests } from './plan-requests.js';
import type { RunProgress } from './progress.js';
import { ResultStream } from './result-stream.js';
import { scanWorkload, type WorkloadScan } from './scan-workload.js';
import { Tally } from './tally.js';

/** A workload file (JSONL, or one JSON array; `.gz`, `.zst`; `-` is stdin), or its entries. */
export type WorkloadSource = string | readonly WorkloadEntry[] | AsyncIterable<WorkloadEntry>;

/**
 * A run under way: its results as they come, in the order in which requests end. Iterate it once; leaving the iteration
 * early cancels the run.
 */
export interface WorkloadRun extends AsyncIterable<RequestResult> {
  /** Resolves when load begins; rejects when the workload, the options or the server do not allow it to. */
  readonly started: Promise<void>;
  /** The run's record, after its last result. */
  readonly finished: Promise<RunRecord>;
  /**
   * What the server's metrics pages said, as it comes; iterate it once, it ends with the run. Records that nobody takes are
   * kept. Empty without `serverMetrics`.
   */
  readonly serverMetrics: AsyncIterable<ServerMetricsRecord>;
  /** How things stand now. */
  progress(): RunProgress;
  /** Sends nothing new, and lets what is under way end by itself. */
  drain(): void;
  /** Ends everything now, with a `cancelled` result for each request. */
  cancel(): void;
}

/** Between the end of the preparations and the first planned request: the look-ahead fills meanwhile. */
const LEAD_MS = 50;

/** The manifest of a workload file, if it has one that can be read: without it the run is as good, only less described. */
const readManifest = async (path: string): Promise<Manifest | null> => {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(manifestPath(path), 'utf8')));
  } catch {
    return null;
  }
};

class Run implements WorkloadRun {
  readonly started: Promise<void>;
  readonly finished: Promise<RunRecord>;
  readonly #source: WorkloadSource;
  /** Files and arrays can be read again, and to their end; a stream of entries may have none. */
  readonly #isRepeatable: boolean;
  /** The workload as a file that can be read more than once. */
  #file: ReadableFile | undefined;
  readonly #options: RunOptions;
  readonly #settings: RunSettings;
  readonly #endpoint: string;
  readonly #clock: Clock;
  readonly #serverMetrics: ServerMetrics;
  readonly #results = new ResultStream();
  readonly #tally = new Tally();
  readonly #warnings: string[] = [];
  /** Ends the preparations: before load, a drain and a cancellation are the same. */
  readonly #abortPreparation = new AbortController();
  /** Aborts when the run is over, and lets go of the caller's signals. */
  readonly #over = new AbortController();
  #scan: WorkloadScan | null = null;
  readonly #clipping: Clipping = { clippedRequests: 0, clippedTokens: 0 };
  #dispatcher: Dispatcher | undefined;
  #delivery: Delivery | undefined;
  #transport: Transport | undefined;
  #startMs: number | null = null;
  #hasEnded = false;

  constructor(source: WorkloadSource, options: RunOptions) {
    this.#source = source;
    this.#isRepeatable = typeof source === 'string' || Array.isArray(source);
    this.#options = options;
    this.#settings = resolveSettings(options);
    this.#endpoint = normaliseEndpoint(options.endpoint);
    this.#clock = options.clock ?? createRealClock();
    this.#serverMetrics = new ServerMetrics(options, this.#clock);
    const started = Promise.withResolvers<void>();
    this.started = started.promise;
    this.finished = this.#run(started.resolve).finally(() => this.#over.abort());
    // Whoever does not look at one of the three still sees the failure in the others.
    this.started.catch(() => {});
    this.finished.catch((error: unknown) => {
      started.reject(error);
      this.#results.end(error);
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RequestResult> {
    try {
      yield* this.#results;
    } finally {
      if (!this.#hasEnded) this.cancel();
    }
  }

  get serverMetrics(): AsyncIterable<ServerMetricsRecord> {
    return this.#serverMetrics.records;
  }

  drain(): void {
    this.#stop('drain');
  }

  cancel(): void {
    this.#stop('cancel');
  }

  progress(): RunProgress {
    return describeProgress({
      phase: this.#phase(),
      nowMs: this.#clock.now(),
      startMs: this.#startMs,
      settings: this.#settings,
      scan: this.#scan,
      tally: this.#tally,
      delivery: this.#delivery,
      dispatcher: this.#dispatcher,
      connections: this.#transport?.connections?.() ?? null,
    });
  }

  #phase(): RunProgress['phase'] {
    if (this.#hasEnded) return 'ended';
    if (!this.#dispatcher) return 'preparing';
    const isAllDue = this.#scan !== null && this.#dispatcher.due === this.#scan.requests;
    return isAllDue || this.#dispatcher.stopReason !== null ? 'draining' : 'running';
  }

  #stop(inFlight: Stop['inFlight'], reason: Stop['reason'] = 'interrupted'): void {
    this.#abortPreparation.abort(new BenchmarkError('aborted', 'the run was ended before load began'));
    this.#dispatcher?.stop({ reason, inFlight, unread: this.#isRepeatable ? 'record' : 'leave' });
  }

  #onSignal(signal: AbortSignal | undefined, inFlight: Stop['inFlight']): void {
    if (signal?.aborted) this.#stop(inFlight);
    else signal?.addEventListener('abort', () => this.#stop(inFlight), { once: true, signal: this.#over.signal });
  }

  async #run(markStarted: () => void): Promise<RunRecord> {
    this.#onSignal(this.#options.signal, 'cancel');
    this.#onSignal(this.#options.drainSignal, 'drain');
    try {
      const workload = await this.#prepare();
      await this.#replay(markStarted);
      const record = this.#record(workload);
      this.#results.end();
      return record;
    } finally {
      this.#hasEnded = true;
      this.#serverMetrics.close();
      await this.#file?.remove();
    }
  }

  async #replay(markStarted: () => void): Promise<void> {
    const transport = this.#options.transport ?? this.#openTransport();
    this.#transport = transport;
    const { durationLimitMs } = this.#settings;
    let cancelLimit = (): void => {};
    try {
      const startMs = this.#clock.now() + LEAD_MS;
      this.#startMs = startMs;
      const delivery = new Delivery(startMs);
      this.#delivery = delivery;
      this.#dispatcher = this.#createDispatcher(transport, startMs, delivery);
      if (durationLimitMs !== null) {
        cancelLimit = this.#clock.at(startMs + durationLimitMs, () => this.#stop('cancel', 'duration-limit'));
      }
      markStarted();
      this.#serverMetrics.start(startMs);
      await this.#dispatcher.run();
    } finally {
      cancelLimit();
      // A transport that was handed in may serve another run.
      if (transport !== this.#options.transport) await transport.close();
    }
    this.#checkComplete();
    await this.#serverMetrics.end();
    this.#warnings.push(...this.#serverMetrics.warnings());
  }

  #checkComplete(): void {
    const offered = this.#tally.counts().offered;
    if (!this.#scan || offered === this.#scan.requests) return;
    throw new BenchmarkError(
      'input',
      `the workload changed while it was in use: ${offered} of ${this.#scan.requests} requests`,
    );
  }

  /** Everything that can fail before the first request, and everything that must not cost time during the run. */
  async #prepare(): Promise<RunRecord['workload']> {
    const { signal } = this.#abortPreparation;
    const settings = this.#settings;
    signal.throwIfAborted();
    if (!this.#isRepeatable && settings.maxConcurrentSessions !== null) {
      throw new BenchmarkError(
        'usage',
        'maxConcurrentSessions: a session ends with its last turn, and a stream does not tell which that is',
        {
          hint: 'Give the workload as a file or an array.',
        },
      );
    }
    if (typeof this.#source === 'string') this.#file = await regularFile(this.#source, { signal });
    if (this.#isRepeatable) {
      this.#scan = await scanWorkload(this.#file?.path ?? (this.#source as readonly WorkloadEntry[]), {
        name: this.#sourceName(),
        outputTokenLimit: settings.outputTokenLimit,
        history: settings.history,
        sendsSessionKey: settings.sessionKeyHeader,
        signal,
      });
      this.#warnOfClipping(this.#scan);
    }
    const { transport, fetch } = this.#options;
    if (!transport) this.#warnings.push(...(await checkServer(this.#options, signal)));
    if (!transport && !fetch) await warmUp(settings, this.#clock);
    const workload = await this.#describeWorkload();
    await this.#serverMetrics.before(signal);
    // Last: from here to the dispatcher nothing is awaited, so no wish to stop is lost.
    signal.throwIfAborted();
    return workload;
  }

  async #describeWorkload(): Promise<RunRecord['workload']> {
    if (typeof this.#source !== 'string' || !this.#file) return {};
    const sha256 = await sha256OfFile(this.#file.path);
    const manifest = await readManifest(this.#source);
    if (manifest && manifest.sha256 !== sha256) {
      this.#warnings.push('the manifest beside the workload is of another content, and is left out');
    }
    return { path: this.#sourceName(), sha256, manifest: manifest?.sha256 === sha256 ? manifest : null };
  }

  #sourceName(): string | undefined {
    if (typeof this.#source !== 'string') return undefined;
    return this.#source === STDIO ? '<stdin>' : this.#source;
  }

  #warnOfClipping({ clippedRequests, clippedTokens, requests }: Clipping & { requests: number }): void {
    if (clippedRequests === 0) return;
    this.#warnings.push(
      `the output limit of ${this.#settings.outputTokenLimit} tokens clips the planned output of ${clippedRequests} of ` +
        `${requests} requests, by ${clippedTokens} tokens in all; set it to null to send the workload as planned`,
    );
  }

  #openTransport(): Transport {
    const { fetch } = this.#options;
    const target = { endpoint: this.#endpoint, clock: this.#clock };
    return fetch ? fetchTransport({ ...target, fetch }) : undiciTransport(target);
  }

  #createDispatcher(transport: Transport, startMs: number, delivery: Delivery): Dispatcher {
    const settings = this.#settings;
    const entries =
      typeof this.#source === 'string'
        ? readJsonl(this.#file?.path ?? this.#source, { schema: workloadEntrySchema })
        : this.#source;
    const planned = planRequests(entries, {
      timeScale: settings.timeScale,
      history: settings.history,
      prepare: (request) => prepareBody(request, [], settings),
    });
    return new Dispatcher({
      settings,
      clock: this.#clock,
      transport,
      startMs,
      delivery,
      lookahead: new Lookahead(planned),
      headersOf: headersFor(this.#options, (message) => this.#warnings.push(message)),
      redaction: createRedaction(this.#options),
      scan: this.#scan,
      onResult: (result, outcome) => {
        this.#results.push(result);
        this.#tally.add(result, outcome);
        addClipping(this.#clipping, result.output_length_planned, settings.outputTokenLimit);
      },
    });
  }

  #record(workload: RunRecord['workload']): RunRecord {
    // A stream is not known beforehand: what was clipped is told at the end.
    if (!this.#scan) this.#warnOfClipping({ ...this.#clipping, requests: this.#tally.counts().offered });
    const startMs = this.#startMs as number;
    const { verdict, reason, figures } = this.#tally.judge(this.#settings.maxClientLagMs);
    return {
      schema_version: SCHEMA_VERSION,
      client_version: VERSION,
      workload,
      options: {
        endpoint: this.#endpoint,
        ...this.#settings,
        // Values of headers may be secrets.
        headerNames: Object.keys(this.#options.headers ?? {}),
        hasApiKey: Boolean(this.#options.apiKey),
      },
      machine: describeMachine(),
      start_wall_time: new Date(startMs).toISOString(),
      start_time: startMs / 1000,
      end_time: this.#tally.lastEndSeconds,
      counts: this.#tally.counts(),
      itl_tokens_source: this.#tally.itlTokensSource,
      verdict,
      verdict_reason: reason,
      verdict_figures: figures,
      dispersion: this.#delivery?.dispersion() ?? null,
      in_flight: this.#delivery?.gauge() ?? null,
      server_metrics: this.#serverMetrics.summary(),
      ended_early: this.#dispatcher?.stopReason ?? null,
      warnings: this.#warnings,
    };
  }
}

/**
 * Replays a workload against a server, each request at its own time, and gives a result for each.
 *
 * The run starts at once: the workload is checked, the server is asked for its models, the client's code path is
 * compiled on a private server, and then the schedule begins.
 *
 * @throws BenchmarkError `usage` for options out of range. All else rejects `started`, `finished` and the iteration:
 *   `file-not-found`, `input` (with `file:line`), `endpoint`, `aborted`
 */
export const runWorkload = (workload: WorkloadSource, options: RunOptions): WorkloadRun => new Run(workload, options);
