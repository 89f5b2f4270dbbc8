import type { Clock } from '@aibrix/core/clock';
import type { PlannedRequest } from '../run/planned-request.js';
import type { SessionCounts } from '../run/scan-workload.js';
import type { FedRequest, ToWorker } from './messages.js';

/** Requests that wait here for one worker's room, before reading pauses. */
const MAX_WAITING = 256;

/** What waits for one worker. */
interface Outlet {
  queue: FedRequest[];
  /** How many it has room for. */
  room: number;
  hasEnded: boolean;
  /** The worker was told that nothing more comes. */
  isTold: boolean;
}

export interface FeederOptions {
  clock: Clock;
  planned: AsyncIterable<PlannedRequest>;
  /** What is known of sessions beforehand; null of a stream. */
  counts: SessionCounts | null;
  workers: number;
  post: (worker: number, message: ToWorker) => void;
  /** Resolves when there is room for results of what will never be sent. */
  whenRoom?: (() => Promise<void> | undefined) | undefined;
}

/**
 * Reads a workload once and gives each worker what is its own, as far ahead as that has room. Reading pauses while one
 * worker's room is used up: whatever comes later in the workload is due later too, so nobody waits for it.
 */
export class Feeder {
  readonly #options: FeederOptions;
  readonly #source: AsyncIterator<PlannedRequest>;
  readonly #outlets: Outlet[];
  readonly #fed = Promise.withResolvers<void>();
  #isClosed = false;
  #cancelFlush: (() => void) | undefined;
  #onRoom: (() => void) | undefined;

  constructor(options: FeederOptions) {
    this.#options = options;
    this.#source = options.planned[Symbol.asyncIterator]();
    this.#outlets = Array.from({ length: options.workers }, () => ({
      queue: [],
      room: 0,
      hasEnded: false,
      isTold: false,
    }));
  }

  /** A worker has room for more. */
  want(worker: number, count: number): void {
    (this.#outlets[worker] as Outlet).room += count;
    this.#tryFlush(worker);
    this.#tellRoom();
  }

  /** Resolves when every worker has all of its requests. Rejects with what reading threw, or what cannot cross. */
  run(): Promise<void> {
    this.#read().catch((error: unknown) => this.#fed.reject(error));
    return this.#fed.promise;
  }

  /** Leaves the rest of the workload unread. */
  close(): void {
    this.#isClosed = true;
    for (const outlet of this.#outlets) outlet.queue = [];
    this.#end();
    this.#tellRoom();
    // A source that fails while it is let go of has nothing more to say.
    this.#source.return?.().catch(() => {});
  }

  async #read(): Promise<void> {
    for (;;) {
      const { value: planned, done } = await this.#source.next();
      if (this.#isClosed) return;
      if (done) break;
      const outlet = this.#outlets[planned.worker] as Outlet;
      outlet.queue.push(this.#withCounts(planned));
      this.#flushSoon();
      while (outlet.queue.length >= MAX_WAITING && !this.#isClosed) await this.#room();
      const room = this.#options.whenRoom?.();
      if (room) await room;
    }
    this.#end();
  }

  /** Each worker is told so when it has what still waits for it. */
  #end(): void {
    for (const [worker, outlet] of this.#outlets.entries()) {
      outlet.hasEnded = true;
      this.#tryFlush(worker);
    }
  }

  #withCounts(planned: PlannedRequest): FedRequest {
    const { session_id: session, id } = planned.request;
    const { counts } = this.#options;
    return {
      planned,
      turns: session == null ? undefined : counts?.turnsOfSession.get(session),
      nodes: session == null ? undefined : counts?.nodesOfSession.get(session),
      children: id == null ? undefined : counts?.childrenOf.get(id),
    };
  }

  /** What one turn of the event loop reads goes out together. */
  #flushSoon(): void {
    const { clock } = this.#options;
    this.#cancelFlush ??= clock.at(clock.now(), () => {
      this.#cancelFlush = undefined;
      for (const worker of this.#outlets.keys()) this.#tryFlush(worker);
    });
  }

  #tryFlush(worker: number): void {
    try {
      this.#flush(worker);
    } catch (error) {
      // An entry of an array may hold what no message can, such as a function.
      this.#fed.reject(error);
    }
  }

  #flush(worker: number): void {
    const outlet = this.#outlets[worker] as Outlet;
    const requests = outlet.queue.splice(0, outlet.room);
    outlet.room -= requests.length;
    if (requests.length > 0) this.#options.post(worker, { type: 'requests', requests });
    if (outlet.hasEnded && !outlet.isTold && outlet.queue.length === 0) {
      outlet.isTold = true;
      this.#options.post(worker, { type: 'end' });
      if (this.#outlets.every(({ isTold }) => isTold)) this.#fed.resolve();
    }
    this.#tellRoom();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #tellRoom(): void {
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
  }
}
