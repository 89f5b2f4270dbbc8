import { readFile } from 'node:fs/promises';
import { type Clock, createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { sha256OfFile } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import {
  type Manifest,
  manifestPath,
  manifestSchema,
  type RequestResult,
  type RunRecord,
  SCHEMA_VERSION,
  type WorkloadEntry,
  workloadEntrySchema,
} from '@aibrix/schema';
import { normaliseEndpoint } from '../endpoint.js';
import { describeMachine } from '../machine.js';
import type { RunOptions, RunSettings } from '../options.js';
import { preflight } from '../preflight.js';
import { createRedactor } from '../redaction.js';
import { headersFor } from '../request-headers.js';
import { resolveSettings } from '../run-settings.js';
import { fetchTransport } from '../transport/fetch-transport.js';
import type { Transport } from '../transport/transport.js';
import { undiciTransport } from '../transport/undici-transport.js';
import { VERSION } from '../version.js';
import { warmUp } from '../warm-up.js';
import { Dispatcher, prepareBody, type Stop } from './dispatcher.js';
import { Lookahead } from './lookahead.js';
import { planRequests } from './plan-requests.js';
import type { RunProgress } from './progress.js';
import { ResultStream } from './result-stream.js';
import { scanWorkload, type WorkloadScan } from './scan-workload.js';
import { Tally } from './tally.js';

/** A workload file (JSONL, or one JSON array; `.gz`, `.zst`), or its entries. */
export type WorkloadSource = string | readonly WorkloadEntry[] | AsyncIterable<WorkloadEntry>;

/** A run under way: its results as they come, in the order in which requests end. Iterate it once. */
export interface WorkloadRun extends AsyncIterable<RequestResult> {
  /** Resolves when load begins; rejects when the workload, the options or the server do not allow it to. */
  readonly started: Promise<void>;
  /** The run's record, after its last result. */
  readonly finished: Promise<RunRecord>;
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
  readonly #options: RunOptions;
  readonly #settings: RunSettings;
  readonly #endpoint: string;
  readonly #clock: Clock;
  readonly #results = new ResultStream();
  readonly #tally = new Tally();
  readonly #warnings: string[] = [];
  /** Ends the preparations: before load, a drain and a cancellation are the same. */
  readonly #abortPreparation = new AbortController();
  /** Aborts when the run is over, and lets go of the caller's signals. */
  readonly #over = new AbortController();
  #scan: WorkloadScan | null = null;
  #dispatcher: Dispatcher | undefined;
  #startMs: number | null = null;
  #hasEnded = false;

  constructor(source: WorkloadSource, options: RunOptions) {
    this.#source = source;
    this.#options = options;
    this.#settings = resolveSettings(options);
    this.#endpoint = normaliseEndpoint(options.endpoint);
    this.#clock = options.clock ?? createRealClock();
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

  [Symbol.asyncIterator](): AsyncIterator<RequestResult> {
    return this.#results[Symbol.asyncIterator]();
  }

  drain(): void {
    this.#stop('drain');
  }

  cancel(): void {
    this.#stop('cancel');
  }

  progress(): RunProgress {
    const { errors, failed } = this.#tally.counts();
    const elapsedMs = this.#startMs === null ? 0 : Math.max(0, this.#clock.now() - this.#startMs);
    return {
      phase: this.#phase(),
      elapsedSeconds: elapsedMs / 1000,
      plannedSeconds: this.#scan && (this.#scan.lastTimestampMs * this.#settings.timeScale) / 1000,
      offered: this.#scan?.requests ?? null,
      due: this.#dispatcher?.due ?? 0,
      sent: this.#tally.sent,
      succeeded: this.#tally.succeeded,
      failed,
      inFlight: this.#dispatcher?.inFlight ?? 0,
      outputTokens: this.#tally.outputTokens,
      errors,
      recentTtft: this.#tally.recentTtft,
      clientLagP99Ms: this.#tally.clientLagP99Ms,
    };
  }

  #phase(): RunProgress['phase'] {
    if (this.#hasEnded) return 'ended';
    if (!this.#dispatcher) return 'preparing';
    const isAllDue = this.#scan !== null && this.#dispatcher.due === this.#scan.requests;
    return isAllDue || this.#dispatcher.stopReason !== null ? 'draining' : 'running';
  }

  #stop(inFlight: Stop['inFlight'], reason: Stop['reason'] = 'interrupted'): void {
    this.#abortPreparation.abort(new BenchmarkError('aborted', 'the run was ended before load began'));
    const isReadable = typeof this.#source === 'string' || Array.isArray(this.#source);
    this.#dispatcher?.stop({ reason, inFlight, unread: isReadable ? 'record' : 'leave' });
  }

  #onSignal(signal: AbortSignal | undefined, inFlight: Stop['inFlight']): void {
    if (signal?.aborted) this.#stop(inFlight);
    else signal?.addEventListener('abort', () => this.#stop(inFlight), { once: true, signal: this.#over.signal });
  }

  async #run(markStarted: () => void): Promise<RunRecord> {
    this.#onSignal(this.#options.signal, 'cancel');
    this.#onSignal(this.#options.drainSignal, 'drain');
    const workload = await this.#prepare();
    const transport = this.#openTransport();
    const { durationLimitMs } = this.#settings;
    let cancelLimit = (): void => {};
    try {
      const startMs = this.#clock.now() + LEAD_MS;
      this.#startMs = startMs;
      this.#dispatcher = this.#createDispatcher(transport, startMs);
      if (durationLimitMs !== null) {
        cancelLimit = this.#clock.at(startMs + durationLimitMs, () => this.#stop('cancel', 'duration-limit'));
      }
      markStarted();
      await this.#dispatcher.run();
    } finally {
      cancelLimit();
      this.#hasEnded = true;
      await transport.close();
    }
    const record = this.#record(workload, this.#dispatcher.stopReason);
    this.#results.end();
    return record;
  }

  /** Everything that can fail before the first request, and everything that must not cost time during the run. */
  async #prepare(): Promise<RunRecord['workload']> {
    const { signal } = this.#abortPreparation;
    const settings = this.#settings;
    signal.throwIfAborted();
    const isStream = typeof this.#source !== 'string' && !Array.isArray(this.#source);
    if (isStream && settings.maxConcurrentSessions !== null) {
      throw new BenchmarkError(
        'usage',
        'maxConcurrentSessions: a session ends with its last turn, and a stream does not tell which that is',
        {
          hint: 'Give the workload as a file or an array.',
        },
      );
    }
    if (!isStream) {
      this.#scan = await scanWorkload(this.#source as string | readonly WorkloadEntry[], {
        outputTokenLimit: settings.outputTokenLimit,
        signal,
      });
      this.#warnOfClipping(this.#scan);
    }
    const { endpoint: _, ...options } = this.#options;
    if (settings.preflight !== 'off' && !options.transport) {
      const isStrict = settings.preflight === 'fail';
      this.#warnings.push(...(await preflight({ ...options, endpoint: this.#endpoint, isStrict, signal })));
    }
    if (!options.transport && !options.fetch) await warmUp(settings, this.#clock);
    const workload = await this.#describeWorkload();
    // Last: from here to the dispatcher nothing is awaited, so no wish to stop is lost.
    signal.throwIfAborted();
    return workload;
  }

  async #describeWorkload(): Promise<RunRecord['workload']> {
    if (typeof this.#source !== 'string') return {};
    return {
      path: this.#source,
      sha256: await sha256OfFile(this.#source),
      manifest: await readManifest(this.#source),
    };
  }

  #warnOfClipping(scan: WorkloadScan): void {
    if (scan.clippedRequests === 0) return;
    this.#warnings.push(
      `the output limit of ${this.#settings.outputTokenLimit} tokens clips the planned output of ${scan.clippedRequests} of ` +
        `${scan.requests} requests, by ${scan.clippedTokens} tokens in all; set it to null to send the workload as planned`,
    );
  }

  #openTransport(): Transport {
    const { transport, fetch } = this.#options;
    if (transport) return transport;
    const target = { endpoint: this.#endpoint, clock: this.#clock };
    return fetch ? fetchTransport({ ...target, fetch }) : undiciTransport(target);
  }

  #createDispatcher(transport: Transport, startMs: number): Dispatcher {
    const settings = this.#settings;
    const entries =
      typeof this.#source === 'string' ? readJsonl(this.#source, { schema: workloadEntrySchema }) : this.#source;
    const planned = planRequests(entries, {
      timeScale: settings.timeScale,
      prepare: (request) => prepareBody(request, [], settings),
    });
    return new Dispatcher({
      settings,
      clock: this.#clock,
      transport,
      startMs,
      lookahead: new Lookahead(planned),
      headersOf: headersFor(this.#options, (message) => this.#warnings.push(message)),
      redact: createRedactor(this.#options),
      turnsOf: (sessionId) => this.#scan?.turnsOfSession.get(sessionId),
      onResult: (result, outcome) => {
        this.#tally.add(result, outcome);
        this.#results.push(result);
      },
    });
  }

  #record(workload: RunRecord['workload'], endedEarly: Stop['reason'] | null): RunRecord {
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
      ended_early: endedEarly,
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
