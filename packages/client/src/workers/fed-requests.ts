import type { WorkloadRequest } from '@aibrix/schema';
import { Fifo } from '../run/fifo.js';
import { preparedAhead } from '../run/plan-requests.js';
import type { PlannedRequest, PreparedBody } from '../run/planned-request.js';
import type { SessionCounts } from '../run/scan-workload.js';
import type { FedRequest } from './messages.js';

/** Requests that may be on their way to a worker at once. */
const WINDOW = 256;
/** Room is asked for in steps of this, so that a message serves many. */
const STEP = 64;

export interface FedRequestsOptions {
  /** Makes the bytes of a request that depends on no other. */
  prepare: (request: WorkloadRequest) => PreparedBody;
  /** Null where nothing is known beforehand. */
  counts: SessionCounts | null;
  /** Asks for so many more. */
  want: (count: number) => void;
}

/** The requests of a worker, as another thread feeds them; it asks for as many as are read. */
export class FedRequests implements AsyncIterableIterator<PlannedRequest> {
  readonly #options: FedRequestsOptions;
  readonly #queue = new Fifo<FedRequest>();
  #unasked = 0;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(options: FedRequestsOptions) {
    this.#options = options;
    options.want(WINDOW);
  }

  add(requests: readonly FedRequest[]): void {
    if (this.#hasEnded) return;
    for (const request of requests) this.#queue.push(request);
    this.#notify();
  }

  /** There are no further ones. */
  end(): void {
    this.#hasEnded = true;
    this.#notify();
  }

  async next(): Promise<IteratorResult<PlannedRequest, undefined>> {
    for (;;) {
      const fed = this.#queue.shift();
      if (fed) return { done: false, value: this.#take(fed) };
      if (this.#hasEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<PlannedRequest, undefined>> {
    this.#queue.clear();
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(fed: FedRequest): PlannedRequest {
    if (++this.#unasked >= STEP) {
      this.#options.want(this.#unasked);
      this.#unasked = 0;
    }
    this.#learn(fed);
    const { planned } = fed;
    return { ...planned, prepared: preparedAhead(planned.request, this.#options.prepare) };
  }

  #learn({ planned: { request }, turns, nodes, children }: FedRequest): void {
    const { counts } = this.#options;
    if (!counts) return;
    if (request.session_id != null && turns !== undefined) counts.turnsOfSession.set(request.session_id, turns);
    if (request.session_id != null && nodes !== undefined) counts.nodesOfSession.set(request.session_id, nodes);
    if (request.id != null && children !== undefined) counts.childrenOf.set(request.id, children);
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
