import type { Clock } from '@aibrix/core/clock';
import type { ChatMessage, RequestResult, WorkloadRequest } from '@aibrix/schema';
import { type Attempts, type AttemptsOutcome, startAttempts } from '../exchange/attempts.js';
import type { ResponseHeaders } from '../exchange/exchange.js';
import type { Failure } from '../exchange/failure.js';
import type { RunSettings } from '../options.js';
import type { AnswerReader } from '../protocol/answer-reader.js';
import { BatchReader } from '../protocol/batch-reader.js';
import { CHAT_COMPLETIONS_PATH, chatRequestBody } from '../protocol/chat-request.js';
import { StreamReader } from '../protocol/stream-reader.js';
import type { Redaction } from '../redaction.js';
import type { Transport } from '../transport/transport.js';
import { buildResult, type Placement, unsentResult } from './build-result.js';
import type { Delivery } from './delivery.js';
import { Graph } from './graph.js';
import type { Lookahead } from './lookahead.js';
import { Places } from './places.js';
import type { PlannedRequest, PreparedBody } from './planned-request.js';
import type { WorkloadScan } from './scan-workload.js';
import { type ReadyTurn, Sessions } from './sessions.js';
import { Starts } from './starts.js';

/** A request that may start; its turn is null where it is none of a session's. */
type Ready = Omit<ReadyTurn, 'turn'> & { turn: number | null };

export interface DispatcherOptions {
  settings: RunSettings;
  clock: Clock;
  transport: Transport;
  lookahead: Lookahead;
  headersOf: (request: WorkloadRequest) => Readonly<Record<string, string>>;
  redaction: Redaction;
  /** What is known of the workload beforehand; null of a stream. */
  scan: WorkloadScan | null;
  /** Start of the schedule, in epoch milliseconds. */
  startMs: number;
  delivery: Delivery;
  onResult: (result: RequestResult, outcome: AttemptsOutcome | null) => void;
}

/** How a run is ended before its last request. */
export interface Stop {
  reason: 'duration-limit' | 'interrupted';
  /** What is under way: left to end by itself, or ended now. */
  inFlight: 'drain' | 'cancel';
  /** What the workload still holds: read, and recorded as cancelled, or left unread (a source without an end). */
  unread: 'record' | 'leave';
}

/** So many requests may go out in one turn of the event loop before sockets are served again. */
const MAX_BURST = 32;

const NO_MESSAGES: readonly ChatMessage[] = [];

const CANCELLED: Record<Stop['reason'], Failure> = {
  'duration-limit': { type: 'cancelled', code: 'duration-limit', message: 'the duration limit was reached' },
  interrupted: { type: 'cancelled', code: 'interrupted', message: 'the run was interrupted' },
};

const skipped = (message: string): Failure => ({ type: 'skipped', code: null, message });
const TURN_SKIPPED = skipped('an earlier turn of its session failed');
const NODE_SKIPPED = skipped('a request that it waits for failed');

/** What a request adds to the conversation. */
const ownMessages = (request: WorkloadRequest): readonly ChatMessage[] =>
  request.messages ?? [{ role: 'user', content: request.prompt ?? '' }];

const conversation = (request: WorkloadRequest, history: readonly ChatMessage[]): readonly ChatMessage[] => [
  ...history,
  ...ownMessages(request),
];

/** Messages and bytes of a request that follows `history`. */
export const prepareBody = (
  request: WorkloadRequest,
  history: readonly ChatMessage[],
  settings: RunSettings,
): PreparedBody => {
  const messages = conversation(request, history);
  return { messages, body: chatRequestBody(request, messages, settings) };
};

/**
 * Sends planned requests at their times: an absolute schedule that nothing moves. A request that is late leaves late
 * and keeps its scheduled time. Every request that is taken from the look-ahead has exactly one result.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  /** Of sessions. */
  readonly #places: Places;
  /** Of requests on their way. */
  readonly #slots: Places;
  readonly #sessions: Sessions;
  readonly #graph: Graph;
  /** What waits for a slot. */
  readonly #queued = new Set<Ready>();
  readonly #starts = new Starts<Ready>((ready) => this.#send(ready));
  readonly #inFlight = new Map<number, Attempts>();
  readonly #wake = new AbortController();
  #stop: Stop | undefined;
  #taken = 0;
  #recorded = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const { settings, clock, startMs, scan } = options;
    this.#places = new Places(settings.maxConcurrentSessions);
    this.#slots = new Places(settings.concurrency);
    const shared = {
      startMs,
      timeScale: settings.timeScale,
      failedTurn: settings.failedTurn,
      places: this.#places,
      now: () => clock.now(),
      at: (timeMs: number, callback: () => void) => clock.at(timeMs, callback),
    };
    this.#sessions = new Sessions({
      ...shared,
      turnsOf: (session) => scan?.turnsOfSession.get(session),
      start: (ready) => this.#start(ready),
      skip: (planned, turn) => {
        this.#recordUnsent(planned, turn, TURN_SKIPPED);
        this.#graph.ended(planned, { hasFailed: true, endMs: clock.now() });
      },
    });
    this.#graph = new Graph({
      ...shared,
      nodesOf: (session) => scan?.nodesOfSession.get(session),
      childrenOf: (id) => (scan ? (scan.childrenOf.get(id) ?? 0) : undefined),
      start: (ready) => this.#start({ ...ready, history: NO_MESSAGES, turn: null }),
      skip: (planned) => this.#recordUnsent(planned, null, NODE_SKIPPED),
    });
  }

  /** Requests on their way. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Requests whose planned time has come. */
  get due(): number {
    return this.#taken;
  }

  /** Requests and sessions that wait for a place. */
  get queued(): number {
    return this.#places.waiting + this.#slots.waiting;
  }

  get stopReason(): Stop['reason'] | null {
    return this.#stop?.reason ?? null;
  }

  /** Ends the run before its last request; a second call may only end it harder. */
  stop(stop: Stop): void {
    this.#stop ??= stop;
    this.#wake.abort();
    if (stop.unread === 'leave') this.#options.lookahead.close();
    const failure = CANCELLED[stop.reason];
    this.#places.close();
    this.#slots.close();
    for (const { planned, turn } of this.#sessions.stop()) this.#recordUnsent(planned, turn, failure);
    for (const planned of this.#graph.stop()) this.#recordUnsent(planned, null, failure);
    for (const { planned, turn } of this.#queued) this.#recordUnsent(planned, turn, failure);
    this.#queued.clear();
    for (const attempts of [...this.#inFlight.values()]) {
      if (stop.inFlight === 'cancel') attempts.end(failure);
      else attempts.stopRetrying();
    }
  }

  /** Resolves when every request has its result. Rejects with what the source of the workload threw. */
  async run(): Promise<void> {
    try {
      await this.#sendAll();
    } catch (error) {
      this.stop({ reason: 'interrupted', inFlight: 'cancel', unread: 'leave' });
      throw error;
    }
    if (this.#recorded < this.#taken) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }

  async #sendAll(): Promise<void> {
    const { lookahead, clock, startMs, settings, delivery } = this.#options;
    const isAsap = settings.pacing === 'asap';
    let burst = 0;
    for (;;) {
      if (isAsap) await this.#slots.whenFree();
      const next = lookahead.takeReady() ?? (await lookahead.take());
      if (next === undefined) return;
      const planned = isAsap ? { ...next, offsetMs: Math.max(0, clock.now() - startMs) } : next;
      const dueMs = startMs + planned.offsetMs;
      if (!this.#stop && (clock.now() < dueMs || ++burst > MAX_BURST)) {
        burst = 0;
        // A stop ends the sleep; what follows is then recorded, not sent.
        await clock.sleepUntil(dueMs, { signal: this.#wake.signal }).catch(() => {});
      }
      this.#taken++;
      if (!this.#stop) delivery.offered(dueMs);
      if (this.#stop) this.#recordUnsent(planned, null, CANCELLED[this.#stop.reason]);
      else this.#take(planned, dueMs);
    }
  }

  #take(planned: PlannedRequest, dueMs: number): void {
    this.#graph.expect(planned);
    if (planned.request.parents != null) this.#graph.add(planned);
    else if (planned.request.session_id == null) this.#startAlone(planned, dueMs);
    else this.#sessions.add(planned);
  }

  #startAlone(planned: PlannedRequest, scheduledMs: number): void {
    this.#start({ planned, scheduledMs, queueMs: 0, history: NO_MESSAGES, turn: null });
  }

  /** Sends a request when fewer than the limit are on their way. */
  #start(ready: Ready): void {
    let hasSlot = false;
    this.#slots.take((waited) => {
      hasSlot = true;
      this.#queued.delete(ready);
      this.#starts.add(waited ? { ...ready, queueMs: this.#options.clock.now() - ready.scheduledMs } : ready);
    });
    if (!hasSlot) this.#queued.add(ready);
  }

  #send(ready: Ready): void {
    const { settings, clock, transport, headersOf, redaction, startMs, delivery } = this.#options;
    const { planned, scheduledMs, queueMs, history, turn } = ready;
    const { request, index } = planned;
    const placement: Placement = { planned, plannedMs: startMs + planned.offsetMs, scheduledMs, queueMs, turn };
    const { messages, body } = planned.prepared ?? prepareBody(request, history, settings);
    delivery.due(scheduledMs + queueMs);
    delivery.inFlight(1, clock.now());
    let hasEnded = false;
    const attempts = startAttempts(
      { path: CHAT_COMPLETIONS_PATH, headers: headersOf(request), body },
      {
        transport,
        clock,
        createReader: (headers) => this.#createReader(headers),
        deadlineMs: clock.now() + settings.timeoutMs,
        timeoutMessage: `no complete answer within ${settings.timeoutMs / 1000} s`,
        maxRetries: settings.maxRetries,
        onSent: (timeMs) => delivery.sent(timeMs),
      },
      (outcome) => {
        hasEnded = true;
        delivery.inFlight(-1, outcome.endMs);
        this.#inFlight.delete(index);
        this.#record(buildResult(placement, messages, outcome, { settings, redaction }), outcome);
        this.#slots.give();
        if (turn !== null) this.#endTurn(planned, outcome);
        this.#graph.ended(planned, { hasFailed: outcome.failure !== null, endMs: outcome.endMs });
      },
    );
    if (!hasEnded) this.#inFlight.set(index, attempts);
  }

  #endTurn(planned: PlannedRequest, outcome: AttemptsOutcome): void {
    const { request } = planned;
    const hasFailed = outcome.failure !== null;
    const isRecorded = this.#options.settings.history === 'recorded';
    const content = isRecorded ? (request.completion ?? '') : outcome.answer.text;
    // A recorded answer is there though the turn failed: what follows holds the same tokens on every server.
    const isAnswered = isRecorded || !hasFailed;
    this.#sessions.ended(planned, {
      hasFailed,
      messages: isAnswered ? [...ownMessages(request), { role: 'assistant', content }] : NO_MESSAGES,
      endMs: outcome.endMs,
    });
  }

  #createReader(headers: ResponseHeaders): AnswerReader {
    const { streaming, recordItl } = this.#options.settings;
    // A server that ignores `stream` answers with one JSON object.
    const isJson = String(headers['content-type'] ?? '').startsWith('application/json');
    return streaming && !isJson ? new StreamReader({ keepsGaps: recordItl }) : new BatchReader();
  }

  #recordUnsent(planned: PlannedRequest, turn: number | null, failure: Failure): void {
    const { settings, clock, startMs } = this.#options;
    const placement = { planned, plannedMs: startMs + planned.offsetMs, scheduledMs: null, queueMs: 0, turn };
    this.#record(unsentResult(placement, failure, settings, clock.now()), null);
  }

  #record(result: RequestResult, outcome: AttemptsOutcome | null): void {
    this.#recorded++;
    this.#options.onResult(result, outcome);
    if (this.#recorded === this.#taken) this.#onIdle?.();
  }
}
