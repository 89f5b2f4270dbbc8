import type { ChatMessage } from '@aibrix/schema';
import type { Places } from './places.js';
import type { PlannedRequest, ReadyRequest } from './planned-request.js';
import { Starts } from './starts.js';

/** A turn that may start. */
export interface ReadyTurn extends ReadyRequest {
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
  failedTurn: 'skip-rest' | 'continue';
  /** How many turns a session has, where that is known: then it is forgotten after its last one. */
  turnsOf: (sessionId: string | number) => number | undefined;
  places: Places;
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
  /** It waits for a free place. */
  isInLine: boolean;
  /** A turn is under way, or will start at a set time. */
  isBusy: boolean;
  cancelStart: (() => void) | undefined;
}

/** Runs the turns of each session in order, and no more sessions at once than there are places. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string | number, Session>();
  readonly #starts: Starts<ReadyTurn>;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#starts = new Starts(options.start);
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
      isInLine: false,
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
    if (session.isBusy || next === undefined || session.isInLine) return;
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
    if (session.isActive) {
      this.#start(session, scheduledMs, 0);
      return;
    }
    session.isInLine = true;
    this.#options.places.take((waited) => {
      session.isInLine = false;
      session.isActive = true;
      this.#start(session, scheduledMs, waited ? this.#options.now() - scheduledMs : 0);
    });
  }

  #start(session: Session, scheduledMs: number, queueMs: number): void {
    const planned = session.waiting.shift() as PlannedRequest;
    session.isBusy = true;
    this.#starts.add({ planned, scheduledMs, queueMs, history: session.history, turn: session.turnsEnded });
  }

  #release(session: Session): void {
    if (!session.isActive) return;
    session.isActive = false;
    this.#options.places.give();
  }
}
