import type { ChatMessage } from '@aibrix/schema';
import type { PlannedRequest } from './planned-request.js';

/** A turn that may start. */
export interface ReadyTurn {
  planned: PlannedRequest;
  /** When it might have started: planned, or the end of the turn before plus its delay. Epoch milliseconds. */
  scheduledMs: number;
  /** Milliseconds that it then waited for a free session. */
  queueMs: number;
  /** The conversation before it. */
  history: readonly ChatMessage[];
  turn: number;
}

/** What a turn came to, as the turns after it need it. */
export interface TurnOutcome {
  hasFailed: boolean;
  /** The messages it adds to the conversation; none where it failed, so that no question stays without its answer. */
  messages: readonly ChatMessage[];
  endMs: number;
}

export interface SessionsOptions {
  startMs: number;
  timeScale: number;
  /** Sessions active at once; null: no limit. */
  maxActive: number | null;
  failedTurn: 'skip-rest' | 'continue';
  /** How many turns a session has, where that is known: then it is forgotten after its last one. */
  turnsOf: (sessionId: string | number) => number | undefined;
  now: () => number;
  at: (timeMs: number, callback: () => void) => () => void;
  start: (turn: ReadyTurn) => void;
  /** A turn after a failed one, which is not sent. */
  skip: (planned: PlannedRequest, turn: number) => void;
}

interface Session {
  id: string | number;
  history: ChatMessage[];
  /** Turns that are due, in order. */
  waiting: PlannedRequest[];
  turnsEnded: number;
  lastEndMs: number;
  hasFailed: boolean;
  /** It counts against the limit: from its first turn's start to its last turn's end, or to its failure. */
  isActive: boolean;
  /** Since when it waits for a free place, in epoch milliseconds; null when it does not. */
  queuedSinceMs: number | null;
  /** A turn is under way, or will start at a set time. */
  isBusy: boolean;
  cancelStart: (() => void) | undefined;
}

/** Runs the turns of each session in order, and no more sessions at once than the limit. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string | number, Session>();
  readonly #queue = new Set<Session>();
  /** Turns that may start now. One whose sending fails at once makes room for the next, without end to the depth. */
  #ready: ReadyTurn[] = [];
  #isStarting = false;
  #active = 0;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** A turn whose planned time has come. */
  add(planned: PlannedRequest): void {
    const id = planned.request.session_id as string | number;
    const session = this.#sessions.get(id) ?? this.#open(id);
    session.waiting.push(planned);
    this.#advance(session);
  }

  /** A started turn has ended. */
  ended(planned: PlannedRequest, outcome: TurnOutcome): void {
    const session = this.#sessions.get(planned.request.session_id as string | number);
    if (!session) return;
    session.isBusy = false;
    session.lastEndMs = outcome.endMs;
    session.history.push(...outcome.messages);
    session.turnsEnded++;
    if (outcome.hasFailed && this.#options.failedTurn === 'skip-rest') {
      session.hasFailed = true;
      this.#release(session);
    }
    this.#advance(session);
  }

  /** Gives up every turn that has not started; returns them with their numbers. */
  stop(): { planned: PlannedRequest; turn: number }[] {
    const given: { planned: PlannedRequest; turn: number }[] = [];
    for (const session of this.#sessions.values()) {
      session.cancelStart?.();
      for (const [index, planned] of session.waiting.entries()) {
        given.push({ planned, turn: session.turnsEnded + (session.isBusy && !session.cancelStart ? 1 : 0) + index });
      }
      session.waiting = [];
    }
    this.#queue.clear();
    return given;
  }

  #open(id: string | number): Session {
    const session: Session = {
      id,
      history: [],
      waiting: [],
      turnsEnded: 0,
      lastEndMs: Number.NEGATIVE_INFINITY,
      hasFailed: false,
      isActive: false,
      queuedSinceMs: null,
      isBusy: false,
      cancelStart: undefined,
    };
    this.#sessions.set(id, session);
    return session;
  }

  #advance(session: Session): void {
    const options = this.#options;
    while (session.hasFailed && !session.isBusy && session.waiting.length > 0) {
      options.skip(session.waiting.shift() as PlannedRequest, session.turnsEnded++);
    }
    if (session.turnsEnded === options.turnsOf(session.id)) {
      this.#sessions.delete(session.id);
      this.#release(session);
      return;
    }
    const next = session.waiting[0];
    if (session.isBusy || next === undefined || session.queuedSinceMs !== null) return;
    const scheduledMs = Math.max(
      options.startMs + next.offsetMs,
      session.lastEndMs + (next.request.delay_ms ?? 0) * options.timeScale,
    );
    if (scheduledMs <= options.now()) {
      this.#admit(session, scheduledMs);
      return;
    }
    session.isBusy = true;
    session.cancelStart = options.at(scheduledMs, () => {
      session.isBusy = false;
      session.cancelStart = undefined;
      this.#admit(session, scheduledMs);
    });
  }

  #admit(session: Session, scheduledMs: number): void {
    const { maxActive } = this.#options;
    if (!session.isActive && maxActive !== null && this.#active >= maxActive) {
      session.queuedSinceMs = scheduledMs;
      this.#queue.add(session);
      return;
    }
    this.#start(session, scheduledMs, 0);
  }

  #start(session: Session, scheduledMs: number, queueMs: number): void {
    if (!session.isActive) {
      session.isActive = true;
      this.#active++;
    }
    const planned = session.waiting.shift() as PlannedRequest;
    session.isBusy = true;
    this.#ready.push({ planned, scheduledMs, queueMs, history: session.history, turn: session.turnsEnded });
    if (this.#isStarting) return;
    this.#isStarting = true;
    for (let turn = this.#ready.shift(); turn; turn = this.#ready.shift()) this.#options.start(turn);
    this.#isStarting = false;
  }

  /** Gives the session's place to the one that has waited longest. */
  #release(session: Session): void {
    if (!session.isActive) return;
    session.isActive = false;
    this.#active--;
    const [next] = this.#queue;
    if (!next) return;
    this.#queue.delete(next);
    const scheduledMs = next.queuedSinceMs as number;
    next.queuedSinceMs = null;
    this.#start(next, scheduledMs, this.#options.now() - scheduledMs);
  }
}
