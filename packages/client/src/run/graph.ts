import { BenchmarkError } from '@aibrix/core/errors';
import type { Places } from './places.js';
import type { PlannedRequest, ReadyRequest } from './planned-request.js';
import { Starts } from './starts.js';

export interface GraphOptions {
  startMs: number;
  timeScale: number;
  /** What becomes of requests that wait for one that failed. */
  failedTurn: 'skip-rest' | 'continue';
  /** How often a request is named as a parent, where that is known: then it is forgotten after the last time. */
  childrenOf: (id: string) => number | undefined;
  /** How many requests with parents a session has, where that is known: then its place is given back after the last one. */
  nodesOf: (sessionId: string | number) => number | undefined;
  places: Places;
  now: () => number;
  at: (timeMs: number, callback: () => void) => () => void;
  start: (ready: ReadyRequest) => void;
  /** A request that waited for one that failed, and is not sent. */
  skip: (planned: PlannedRequest) => void;
}

interface Outcome {
  hasFailed: boolean;
  endMs: number;
}

interface Node {
  planned: PlannedRequest;
  /** Parents that have not ended. */
  open: number;
  lastEndMs: number;
  hasFailedParent: boolean;
  cancelStart: (() => void) | undefined;
}

interface Parent {
  outcome: Outcome | undefined;
  waiting: Node[];
  /** Children that have not asked for it yet. */
  children: number;
}

/** A session's place: from the start of its first request to the end of its last. */
interface Task {
  nodesLeft: number;
  place: 'none' | 'in line' | 'held';
  /** What may start as soon as there is a place. */
  ready: { node: Node; scheduledMs: number }[];
}

const idOf = ({ request }: PlannedRequest): string | null => request.id ?? null;

/** Runs requests with `parents`: each starts when the last of its parents has ended, as it stands. */
export class Graph {
  readonly #options: GraphOptions;
  readonly #parents = new Map<string, Parent>();
  readonly #waiting = new Set<Node>();
  readonly #tasks = new Map<string | number, Task>();
  readonly #starts: Starts<{ node: Node; scheduledMs: number; queueMs: number }>;

  constructor(options: GraphOptions) {
    this.#options = options;
    this.#starts = new Starts(({ node, scheduledMs, queueMs }) => {
      if (node.hasFailedParent && options.failedTurn === 'skip-rest') this.#skip(node.planned);
      else options.start({ planned: node.planned, scheduledMs, queueMs });
    });
  }

  /** Any request whose planned time has come, before it may start: others may name it as a parent. */
  expect(planned: PlannedRequest): void {
    const id = idOf(planned);
    if (id === null) return;
    const children = this.#options.childrenOf(id) ?? Number.POSITIVE_INFINITY;
    if (children > 0) this.#parents.set(id, { outcome: undefined, waiting: [], children });
  }

  /**
   * A request with parents whose planned time has come.
   *
   * @throws BenchmarkError `input` where a parent is no request before it
   */
  add(planned: PlannedRequest): void {
    const node: Node = {
      planned,
      open: 0,
      lastEndMs: Number.NEGATIVE_INFINITY,
      hasFailedParent: false,
      cancelStart: undefined,
    };
    const ids = new Set(planned.request.parents);
    for (const id of ids) if (!this.#parents.has(id)) throw unknownParent(planned.workloadId, id);
    for (const id of ids) {
      const parent = this.#parents.get(id) as Parent;
      parent.children--;
      if (!parent.outcome) {
        parent.waiting.push(node);
        node.open++;
        continue;
      }
      settle(node, parent.outcome);
      if (parent.children === 0) this.#parents.delete(id);
    }
    this.#waiting.add(node);
    if (node.open === 0) this.#schedule(node);
  }

  /** Any request has ended, or will never be sent. */
  ended(planned: PlannedRequest, outcome: Outcome): void {
    if (planned.request.parents != null) this.#leave(planned);
    const id = idOf(planned);
    const parent = id === null ? undefined : this.#parents.get(id);
    if (id === null || !parent) return;
    parent.outcome = outcome;
    if (parent.children === 0) this.#parents.delete(id);
    const { waiting } = parent;
    parent.waiting = [];
    for (const node of waiting) {
      settle(node, outcome);
      node.open--;
      if (node.open === 0) this.#schedule(node);
    }
  }

  /** Gives up every request that has not started. */
  stop(): PlannedRequest[] {
    const given = [...this.#waiting].map(({ planned, cancelStart }) => {
      cancelStart?.();
      return planned;
    });
    this.#waiting.clear();
    this.#parents.clear();
    this.#tasks.clear();
    return given;
  }

  #schedule(node: Node): void {
    const { startMs, timeScale, now, at, failedTurn } = this.#options;
    const { offsetMs, request } = node.planned;
    const scheduledMs = Math.max(startMs + offsetMs, node.lastEndMs + (request.delay_ms ?? 0) * timeScale);
    // What will be skipped has nothing to wait for.
    const isSkipped = node.hasFailedParent && failedTurn === 'skip-rest';
    if (isSkipped || scheduledMs <= now()) {
      this.#admit(node, scheduledMs, isSkipped);
      return;
    }
    node.cancelStart = at(scheduledMs, () => {
      node.cancelStart = undefined;
      this.#admit(node, scheduledMs, false);
    });
  }

  #admit(node: Node, scheduledMs: number, isSkipped: boolean): void {
    const session = node.planned.request.session_id;
    if (session == null || isSkipped) {
      this.#start(node, scheduledMs, 0);
      return;
    }
    const task = this.#tasks.get(session) ?? this.#open(session);
    if (task.place === 'held') {
      this.#start(node, scheduledMs, 0);
      return;
    }
    task.ready.push({ node, scheduledMs });
    if (task.place === 'in line') return;
    task.place = 'in line';
    this.#options.places.take((waited) => {
      task.place = 'held';
      const { ready } = task;
      task.ready = [];
      for (const each of ready) {
        this.#start(each.node, each.scheduledMs, waited ? this.#options.now() - each.scheduledMs : 0);
      }
    });
  }

  #start(node: Node, scheduledMs: number, queueMs: number): void {
    this.#waiting.delete(node);
    this.#starts.add({ node, scheduledMs, queueMs });
  }

  #skip(planned: PlannedRequest): void {
    this.#options.skip(planned);
    this.ended(planned, { hasFailed: true, endMs: this.#options.now() });
  }

  #open(session: string | number): Task {
    const task: Task = {
      nodesLeft: this.#options.nodesOf(session) ?? Number.POSITIVE_INFINITY,
      place: 'none',
      ready: [],
    };
    this.#tasks.set(session, task);
    return task;
  }

  #leave({ request: { session_id: session } }: PlannedRequest): void {
    if (session == null) return;
    const task = this.#tasks.get(session) ?? this.#open(session);
    task.nodesLeft--;
    if (task.nodesLeft > 0) return;
    this.#tasks.delete(session);
    if (task.place === 'held') this.#options.places.give();
  }
}

const settle = (node: Node, { endMs, hasFailed }: Outcome): void => {
  node.lastEndMs = Math.max(node.lastEndMs, endMs);
  node.hasFailedParent ||= hasFailed;
};

/** What is wrong with a request that waits for one which does not come before it. */
export const unknownParent = (what: string, parent: string): BenchmarkError =>
  new BenchmarkError('input', `${what}: parents: ${JSON.stringify(parent)} is the id of no request before it`, {
    hint: 'A request stands after those that it waits for, and they state their id.',
  });
