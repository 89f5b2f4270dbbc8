import type { Clock } from '@aibrix/core/clock';
import type { ChatMessage, RequestResult, WorkloadRequest } from '@aibrix/schema';
import { type Attempts, type AttemptsOutcome, startAttempts } from '../exchange/attempts.js';
import type { Failure } from '../exchange/failure.js';
import type { RunSettings } from '../options.js';
import type { Answer } from '../protocol/answer.js';
import { createReader } from '../protocol/create-reader.js';
import type { Protocol } from '../protocol/protocol.js';
import { PROTOCOLS } from '../protocol/protocols.js';
import { requestBody } from '../protocol/request-body.js';
import type { Redaction } from '../redaction.js';
import type { Transport } from '../transport/transport.js';
import { buildResult, type Placement, unsentResult } from './build-result.js';
import type { DeliveryWatch } from './delivery.js';
import { Graph } from './graph.js';
import type { Lookahead } from './lookahead.js';
import { Places } from './places.js';
import type { PlannedRequest, PreparedBody } from './planned-request.js';
import { startRamp } from './ramp.js';
import { requestsAtOnce } from './requests-at-once.js';
import type { SessionCounts } from './scan-workload.js';
import { SessionAffinity } from './session-affinity.js';
import { type ReadyTurn, Sessions } from './sessions.js';
import { Starts } from './starts.js';
import { UnderWay } from './under-way.js';

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
  scan: SessionCounts | null;
  /** Start of the schedule, in epoch milliseconds. */
  startMs: number;
  delivery: DeliveryWatch;
  onResult: (result: RequestResult, outcome: AttemptsOutcome | null) => void;
  /** Resolves when results that nothing makes urgent may come: those of what is left unsent by a stop. */
  whenRoom?: (() => Promise<void> | undefined) | undefined;
}

/** How a run is ended before its last request. */
export interface Stop {
  reason: 'duration-limit' | 'interrupted' | 'output';
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
  output: { type: 'cancelled', code: 'output', message: 'the results could not be kept' },
};

const DROPPED: Failure = {
  type: 'dropped',
  code: 'saturated',
  message: 'as many requests as allowed were on their way when it was due',
};

const skipped = (message: string): Failure => ({ type: 'skipped', code: null, message });
const TURN_SKIPPED = skipped('an earlier turn of its session failed');
const NODE_SKIPPED = skipped('a request that it waits for failed');

/** What a request adds to the conversation. */
const ownMessages = ({ messages, prompt }: WorkloadRequest): readonly ChatMessage[] => {
  if (messages && messages.length > 0) return messages;
  // A request of token ids has no text.
  return prompt == null ? NO_MESSAGES : [{ role: 'user', content: prompt }];
};

const conversation = (request: WorkloadRequest, history: readonly ChatMessage[]): readonly ChatMessage[] => [
  ...history,
  ...ownMessages(request),
];

/** What an answer leaves in the conversation: one that only calls tools is not left out. */
const spokenBy = ({ text, toolCalls }: Answer): string => text || toolCalls.trim();

/** Messages and bytes of a request that follows `history`. */
export const prepareBody = (
  request: WorkloadRequest,
  history: readonly ChatMessage[],
  settings: RunSettings,
): PreparedBody => {
  const protocol = PROTOCOLS[settings.api];
  const messages = conversation(request, protocol.isGenerative ? history : NO_MESSAGES);
  return { messages, body: requestBody(protocol, request, messages, settings) };
};

/**
 * Sends planned requests at their times: an absolute schedule that nothing moves. A request that is late leaves late
 * and keeps its scheduled time. Every request that is taken from the look-ahead has exactly one result.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #protocol: Protocol;
  /** Of sessions. */
  readonly #places: Places;
  /** Of requests on their way. */
  readonly #slots: Places;
  readonly #sessions: Sessions;
  readonly #graph: Graph;
  readonly #affinity: SessionAffinity;
  /** What waits for a slot. */
  readonly #queued = new Set<Ready>();
  readonly #starts = new Starts<Ready>((ready) => this.#send(ready));
  readonly #inFlight = new UnderWay<Attempts>();
  readonly #wake = new AbortController();
  #stop: Stop | undefined;
  /** The first request that was not taken, once it is read. */
  #next: PlannedRequest | undefined;
  #isTaking = false;
  #taken = 0;
  #recorded = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const { settings, clock, startMs, scan } = options;
    this.#protocol = PROTOCOLS[settings.api];
    this.#places = new Places(settings.maxConcurrentSessions);
    this.#slots = new Places(settings.rampMs === null ? requestsAtOnce(settings) : settings.rampFrom);
    const shared = {
      startMs,
      timeScale: settings.timeScale,
      failedTurn: settings.failedTurn,
      places: this.#places,
      now: () => clock.now(),
      at: (timeMs: number, callback: () => void) => clock.at(timeMs, callback),
    };
    this.#affinity = new SessionAffinity((session) =>
      scan ? (scan.turnsOfSession.get(session) ?? 0) + (scan.nodesOfSession.get(session) ?? 0) : undefined,
    );
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
    for (const attempts of this.#inFlight.items()) {
      if (stop.inFlight === 'cancel') attempts.end(failure);
      else attempts.stopRetrying();
    }
  }

  /** Resolves when every request has its result. Rejects with what the source of the workload threw. */
  async run(): Promise<void> {
    const endRamp = this.#startRamp();
    try {
      await this.#sendAll();
      if (this.#recorded < this.#taken) await this.#idle();
    } catch (error) {
      this.stop({ reason: 'interrupted', inFlight: 'cancel', unread: 'leave' });
      throw error;
    } finally {
      endRamp();
    }
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #startRamp(): () => void {
    const { clock, startMs, settings } = this.#options;
    const { rampMs, rampFrom } = settings;
    const to = requestsAtOnce(settings);
    if (rampMs === null || to === null) return () => {};
    return startRamp(this.#slots, { clock, startMs, rampMs, from: rampFrom, to });
  }

  async #sendAll(): Promise<void> {
    const { lookahead, clock, settings } = this.#options;
    let hasMoreDue = false;
    for (;;) {
      if (settings.pacing === 'asap') await this.#slots.whenFree();
      if (this.#stop) await this.#options.whenRoom?.();
      this.#next ??= lookahead.takeReady() ?? (await lookahead.take());
      if (this.#next === undefined) return;
      const dueMs = this.#dueMs(this.#next);
      if (!this.#stop && (hasMoreDue || clock.now() < dueMs)) {
        // A stop ends the sleep; what follows is then recorded, not sent.
        await clock.sleepUntil(dueMs, { signal: this.#wake.signal }).catch(() => {});
      }
      hasMoreDue = this.#takeDue();
    }
  }

  #dueMs({ offsetMs }: PlannedRequest): number {
    const { clock, startMs, settings } = this.#options;
    return settings.pacing === 'asap' ? Math.max(startMs, clock.now()) : startMs + offsetMs;
  }

  /**
   * Takes what is due, as far as it was read ahead; says whether there is more. It is asked after every socket read too:
   * when hundreds of streams have something to say at once, no request waits until all were heard.
   */
  #takeDue(): boolean {
    // A transport may answer within the sending.
    if (this.#isTaking) return false;
    this.#isTaking = true;
    try {
      for (let burst = 0; burst < MAX_BURST; burst++) {
        if (this.#next === undefined || !this.#isDue(this.#next)) return false;
        this.#takeNext(this.#next);
      }
      return true;
    } finally {
      this.#isTaking = false;
    }
  }

  #isDue(planned: PlannedRequest): boolean {
    const { clock, startMs, settings } = this.#options;
    const fromMs = settings.pacing === 'asap' ? startMs : this.#dueMs(planned);
    return this.#stop !== undefined || clock.now() >= fromMs;
  }

  #takeNext(next: PlannedRequest): void {
    const { lookahead, startMs, settings, delivery } = this.#options;
    const dueMs = this.#dueMs(next);
    const isAsap = settings.pacing === 'asap';
    // One at a time where a place or room for its result has to be waited for.
    this.#next = isAsap || this.#stop ? undefined : lookahead.takeReady();
    const planned = isAsap ? { ...next, offsetMs: dueMs - startMs } : next;
    this.#taken++;
    if (!this.#stop) delivery.offered(dueMs);
    if (this.#stop) this.#recordUnsent(planned, null, CANCELLED[this.#stop.reason]);
    else this.#take(planned, dueMs);
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

  /** Sends a request when fewer than the limit are on their way; what may not wait for that is dropped. */
  #start(ready: Ready): void {
    if (this.#options.settings.whenSaturated === 'drop' && !this.#slots.hasFree) {
      this.#drop(ready);
      return;
    }
    let hasSlot = false;
    this.#slots.take((waited) => {
      hasSlot = true;
      this.#queued.delete(ready);
      this.#starts.add(waited ? { ...ready, queueMs: this.#options.clock.now() - ready.scheduledMs } : ready);
    });
    if (!hasSlot) this.#queued.add(ready);
  }

  #drop({ planned, scheduledMs, queueMs, turn }: Ready): void {
    const { settings, clock, startMs } = this.#options;
    const placement: Placement = { planned, plannedMs: startMs + planned.offsetMs, scheduledMs, queueMs, turn };
    const endMs = clock.now();
    this.#record(unsentResult(placement, DROPPED, settings, endMs), null);
    if (turn !== null) this.#endTurn(planned, { hasFailed: true, text: '', endMs });
    this.#graph.ended(planned, { hasFailed: true, endMs });
  }

  #send(ready: Ready): void {
    const { settings, clock, transport, headersOf, redaction, startMs, delivery } = this.#options;
    const { planned, scheduledMs, queueMs, history, turn } = ready;
    const { request } = planned;
    const placement: Placement = { planned, plannedMs: startMs + planned.offsetMs, scheduledMs, queueMs, turn };
    const { messages, body } = planned.prepared ?? prepareBody(request, history, settings);
    delivery.due(scheduledMs + queueMs);
    delivery.inFlight(1, clock.now());
    let hasEnded = false;
    let place: number | undefined;
    const attempts = startAttempts(
      { path: this.#protocol.path, headers: this.#affinity.headersOf(request, headersOf(request)), body },
      {
        transport,
        clock,
        createReader: (headers) => createReader(this.#protocol, headers, settings),
        deadlineMs: clock.now() + settings.timeoutMs,
        timeoutMessage: `no complete answer within ${settings.timeoutMs / 1000} s`,
        maxRetries: settings.maxRetries,
        onSent: (timeMs) => delivery.sent(timeMs),
        onRead: () => {
          if (settings.pacing === 'schedule') this.#takeDue();
        },
      },
      (outcome) => {
        hasEnded = true;
        delivery.inFlight(-1, outcome.endMs);
        if (place !== undefined) this.#inFlight.remove(place);
        this.#record(buildResult(placement, messages, outcome, { settings, redaction }), outcome);
        this.#slots.give();
        const hasFailed = outcome.failure !== null;
        const { answer, endMs } = outcome;
        if (turn !== null) this.#endTurn(planned, { hasFailed, text: spokenBy(answer), endMs });
        this.#graph.ended(planned, { hasFailed, endMs });
      },
    );
    if (!hasEnded) place = this.#inFlight.add(attempts);
  }

  #endTurn(planned: PlannedRequest, turn: { hasFailed: boolean; text: string; endMs: number }): void {
    const { request } = planned;
    const { hasFailed, text, endMs } = turn;
    const isRecorded = this.#options.settings.history === 'recorded';
    const content = isRecorded ? (request.completion ?? '') : text;
    // A recorded answer is there though the turn failed: what follows holds the same tokens on every server.
    const isAnswered = this.#protocol.isGenerative && (isRecorded || !hasFailed);
    this.#sessions.ended(planned, {
      hasFailed,
      messages: isAnswered ? [...ownMessages(request), { role: 'assistant', content }] : NO_MESSAGES,
      endMs,
    });
  }

  #recordUnsent(planned: PlannedRequest, turn: number | null, failure: Failure): void {
    const { settings, clock, startMs } = this.#options;
    const placement = { planned, plannedMs: startMs + planned.offsetMs, scheduledMs: null, queueMs: 0, turn };
    this.#record(unsentResult(placement, failure, settings, clock.now()), null);
  }

  #record(result: RequestResult, outcome: AttemptsOutcome | null): void {
    this.#recorded++;
    this.#affinity.ended(result.session_id, outcome?.headers ?? null);
    this.#options.onResult(result, outcome);
    if (this.#recorded === this.#taken) this.#onIdle?.();
  }
}
