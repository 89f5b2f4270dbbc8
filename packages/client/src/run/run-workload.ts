import { availableParallelism } from 'node:os';
import { type Clock, createRealClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import type { RequestResult, RunRecord, ServerMetricsRecord } from '@aibrix/schema';
import { checkServer } from '../check-server.js';
import { normaliseEndpoint } from '../endpoint.js';
import type { RunOptions, RunSettings } from '../options.js';
import { countModeOf } from '../preflight/count-difference.js';
import { tryServer } from '../preflight/try-server.js';
import { problemsFor } from '../protocol/protocols.js';
import { resolveSettings } from '../run-settings.js';
import { ServerMetrics } from '../server-metrics/server-metrics.js';
import { workerCount } from '../workers/worker-count.js';
import { WorkersExecution } from '../workers/workers-execution.js';
import { addClipping, type Clipping } from './clipping.js';
import { Delivery } from './delivery.js';
import { describeProgress } from './describe-progress.js';
import { prepareBody, type Stop } from './dispatcher.js';
import type { Execution } from './execution.js';
import { Partition } from './partition.js';
import { planRequests } from './plan-requests.js';
import { isDivided, type PreparedWorkload, prepareWorkload } from './prepare-workload.js';
import type { RunProgress } from './progress.js';
import { ResultStream } from './result-stream.js';
import { resultsLost } from './results-lost.js';
import { buildRunRecord } from './run-record.js';
import { type ResultConduct, Tally } from './tally.js';
import { ThreadExecution } from './thread-execution.js';
import { warmConnectionCount } from './warm-connections.js';
import { isRepeatable, type WorkloadSource } from './workload-source.js';

/**
 * A run under way: its results as they come, in the order in which requests end. Iterate it once; leaving the iteration
 * early cancels the run.
 */
export interface WorkloadRun extends AsyncIterable<RequestResult> {
  /** Resolves when load begins; rejects when the workload, the options or the server do not allow it to. */
  readonly started: Promise<void>;
  /** The run's record, after its last result; also where results were lost, which the iteration throws. */
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
  /**
   * Ends everything now, with a `cancelled` result for each request.
   *
   * @param reason what the run record says: `output` when results can no longer be kept. Default `interrupted`
   */
  cancel(reason?: 'interrupted' | 'output'): void;
}

/** Resolves when the signal aborts. */
const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

class Run implements WorkloadRun {
  readonly started: Promise<void>;
  readonly finished: Promise<RunRecord>;
  readonly #source: WorkloadSource;
  readonly #options: RunOptions;
  readonly #settings: RunSettings;
  readonly #clock: Clock;
  readonly #serverMetrics: ServerMetrics;
  readonly #results: ResultStream;
  readonly #tally = new Tally();
  readonly #warnings: string[] = [];
  readonly #clipping: Clipping = { clippedRequests: 0, clippedTokens: 0 };
  /** Ends the preparations: before load, a drain and a cancellation are the same. */
  readonly #abortPreparation = new AbortController();
  /** Aborts when the run is over, and lets go of the caller's signals. */
  readonly #over = new AbortController();
  #workload: PreparedWorkload | undefined;
  /** There from the start of the schedule. */
  #execution: Execution | undefined;
  #delivery: Delivery | undefined;
  #server: Pick<RunRecord, 'preflight' | 'prefix_cache_reset'> = {};
  #startMs: number | null = null;
  #hasEnded = false;

  constructor(source: WorkloadSource, options: RunOptions) {
    this.#source = source;
    this.#options = options;
    this.#settings = resolveSettings(options);
    this.#results = new ResultStream({
      maxBytes: this.#settings.resultQueueBytes,
      onOverflow: () => this.cancel('output'),
    });
    normaliseEndpoint(options.endpoint);
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

  cancel(reason?: 'interrupted' | 'output'): void {
    this.#stop('cancel', reason);
  }

  progress(): RunProgress {
    return describeProgress({
      phase: this.#phase(),
      nowMs: this.#clock.now(),
      startMs: this.#startMs,
      settings: this.#settings,
      scan: this.#workload?.scan ?? null,
      tally: this.#tally,
      delivery: this.#delivery,
      execution: this.#execution,
    });
  }

  #phase(): RunProgress['phase'] {
    if (this.#hasEnded) return 'ended';
    if (!this.#execution) return 'preparing';
    const isAllDue = this.#execution.due === this.#workload?.scan?.requests;
    return isAllDue || this.#execution.stopReason !== null ? 'draining' : 'running';
  }

  #stop(inFlight: Stop['inFlight'], reason: Stop['reason'] = 'interrupted'): void {
    this.#abortPreparation.abort(new BenchmarkError('aborted', 'the run was ended before load began'));
    this.#execution?.stop({ reason, inFlight, unread: isRepeatable(this.#source) ? 'record' : 'leave' });
  }

  #onSignal(signal: AbortSignal | undefined, inFlight: Stop['inFlight']): void {
    if (signal?.aborted) this.#stop(inFlight);
    else signal?.addEventListener('abort', () => this.#stop(inFlight), { once: true, signal: this.#over.signal });
  }

  async #run(markStarted: () => void): Promise<RunRecord> {
    this.#onSignal(this.#options.signal, 'cancel');
    this.#onSignal(this.#options.drainSignal, 'drain');
    let execution: Execution | undefined;
    try {
      this.#checkStartTime('before the preparations');
      const workload = await this.#prepareWorkload();
      execution = this.#createExecution(workload);
      const { signal } = this.#abortPreparation;
      const connections = warmConnectionCount(this.#settings, workload.scan);
      await Promise.race([execution.prepare({ connections }), whenAborted(signal)]);
      // From here to the dispatcher nothing is awaited, so no wish to stop is lost.
      signal.throwIfAborted();
      const record = await this.#execute(execution, workload, markStarted);
      this.#results.end(this.#overflow());
      return record;
    } finally {
      await execution?.close();
      this.#hasEnded = true;
      this.#serverMetrics.close();
      await this.#workload?.remove();
    }
  }

  /** Everything that can fail before the first request. */
  async #prepareWorkload(): Promise<PreparedWorkload> {
    const { signal } = this.#abortPreparation;
    signal.throwIfAborted();
    const workload = await prepareWorkload(this.#source, this.#settings, signal);
    this.#workload = workload;
    this.#warnings.push(...workload.warnings);
    if (workload.scan) {
      this.#warnOfClipping(workload.scan);
      this.#warnOfEmptyShard(workload.scan);
    }
    if (!this.#options.transport) await this.#meetServer(workload);
    // After the requests of the preflight, which are not the run's.
    await this.#serverMetrics.before(signal);
    return workload;
  }

  async #meetServer({ scan, description }: PreparedWorkload): Promise<void> {
    const { signal } = this.#abortPreparation;
    this.#warnings.push(...(await checkServer(this.#options, signal)));
    const { warnings, ...facts } = await tryServer(this.#options, this.#settings, {
      sample: scan?.sample ?? null,
      countMode: countModeOf(description.manifest),
      signal,
    });
    this.#server = facts;
    this.#warnings.push(...warnings);
  }

  #createExecution({ entries, scan }: PreparedWorkload): Execution {
    const settings = this.#settings;
    const { shard } = settings;
    const { workers, warnings } = workerCount(settings, availableParallelism());
    this.#warnings.push(...warnings);
    const planned = planRequests(entries, {
      timeScale: settings.timeScale,
      history: settings.history,
      problemOf: problemsFor(settings),
      // Bodies are made by the thread that sends them.
      prepare: workers > 1 ? null : (request) => prepareBody(request, [], settings),
      partition: isDivided({ shard, workers })
        ? new Partition({ shard, workers, hasChildren: (id) => !scan || scan.childrenOf.has(id) })
        : null,
    });
    const options = {
      options: this.#options,
      settings,
      clock: this.#clock,
      planned,
      counts: scan,
      onResult: (result: RequestResult, conduct: ResultConduct | null) => this.#take(result, conduct),
      warn: (message: string) => this.#warnings.push(message),
      whenRoom: () => (this.#execution?.stopReason == null ? undefined : this.#results.whenRoom()),
    };
    return workers > 1 ? new WorkersExecution({ ...options, workers }) : new ThreadExecution(options);
  }

  #take(result: RequestResult, conduct: ResultConduct | null): void {
    const { shard, outputTokenLimit } = this.#settings;
    if (shard) result.shard = shard.index;
    if (this.#execution?.stopReason == null) this.#results.push(result);
    else this.#results.keep(result);
    this.#tally.add(result, conduct);
    addClipping(this.#clipping, result.output_length_planned, outputTokenLimit);
  }

  async #execute(execution: Execution, workload: PreparedWorkload, markStarted: () => void): Promise<RunRecord> {
    const { durationLimitMs } = this.#settings;
    this.#checkStartTime('when everything was ready');
    const startMs = this.#settings.startAtMs ?? this.#clock.now() + execution.leadMs;
    const delivery = new Delivery(startMs);
    this.#startMs = startMs;
    this.#execution = execution;
    this.#delivery = delivery;
    let cancelLimit = (): void => {};
    if (durationLimitMs !== null) {
      cancelLimit = this.#clock.at(startMs + durationLimitMs, () => this.#stop('cancel', 'duration-limit'));
    }
    markStarted();
    this.#serverMetrics.start(startMs);
    try {
      await execution.run({ startMs, delivery });
    } finally {
      cancelLimit();
    }
    this.#checkComplete(workload);
    // Whoever stops the run from here on stops only the last scrape.
    const endedEarly = execution.stopReason;
    await this.#serverMetrics.end();
    this.#warnings.push(...this.#serverMetrics.warnings());
    // A stream is not known beforehand: what was clipped is told at the end.
    if (!workload.scan) this.#warnOfClipping({ ...this.#clipping, requests: this.#tally.counts().offered });
    this.#warnOfDropped();
    const overflow = this.#overflow();
    if (overflow) this.#warnings.push(overflow.message);
    return buildRunRecord({
      options: this.#options,
      settings: this.#settings,
      workload: workload.description,
      startMs,
      tally: this.#tally,
      delivery,
      endedEarly,
      server: this.#server,
      connections: execution.connections,
      serverMetrics: this.#serverMetrics.summary(),
      warnings: this.#warnings,
    });
  }

  /** @param moment when it is looked at, for the message */
  #checkStartTime(moment: string): void {
    const { startAtMs } = this.#settings;
    const lateMs = startAtMs === null ? 0 : this.#clock.now() - startAtMs;
    if (lateMs <= 0) return;
    throw new BenchmarkError('usage', `startAtMs: that time had passed by ${(lateMs / 1000).toFixed(1)} s ${moment}`, {
      hint: 'The schedule is never moved: choose a later time, the same for every shard.',
    });
  }

  #checkComplete({ scan }: PreparedWorkload): void {
    const offered = this.#tally.counts().offered;
    if (!scan || offered === scan.requests) return;
    throw new BenchmarkError(
      'input',
      `the workload changed while it was in use: ${offered} of ${scan.requests} requests`,
    );
  }

  #overflow(): BenchmarkError | undefined {
    return resultsLost(this.#results.lost, this.#settings.resultQueueBytes);
  }

  #warnOfDropped(): void {
    const { offered, errors } = this.#tally.counts();
    const dropped = errors.dropped ?? 0;
    if (dropped === 0) return;
    this.#warnings.push(
      `${dropped} of ${offered} requests were dropped, as asked, because ${this.#settings.concurrency} were on their way`,
    );
  }

  #warnOfEmptyShard({ requests, allRequests }: { requests: number; allRequests: number }): void {
    const { shard } = this.#settings;
    if (shard && requests === 0) {
      this.#warnings.push(`none of the ${allRequests} requests belongs to shard ${shard.index} of ${shard.count}`);
    }
  }

  #warnOfClipping({ clippedRequests, clippedTokens, requests }: Clipping & { requests: number }): void {
    if (clippedRequests === 0) return;
    this.#warnings.push(
      `the output limit of ${this.#settings.outputTokenLimit} tokens clips the planned output of ${clippedRequests} of ` +
        `${requests} requests, by ${clippedTokens} tokens in all; set it to null to send the workload as planned`,
    );
  }
}

/**
 * Replays a workload against a server, each request at its own time, and gives a result for each.
 *
 * The run starts at once: the workload is checked, the server is asked for its models, the client's code path is
 * compiled on a private server, and then the schedule begins.
 *
 * @throws BenchmarkError `usage` for options out of range. All else rejects `started`, `finished` and the iteration:
 *   `file-not-found`, `input` (with `file:line`), `endpoint`, `worker`, `aborted`; and the iteration alone: `output`, when
 *   results were taken so slowly that some are lost
 */
export const runWorkload = (workload: WorkloadSource, options: RunOptions): WorkloadRun => new Run(workload, options);
