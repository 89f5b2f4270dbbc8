import { CONNECTION_CLOSED } from './exchange.js';

/** Requests for answers since the start. */
export interface RequestCounts {
  received: number;
  /** Answered whole. */
  succeeded: number;
  /** Answered with an error. */
  refused: number;
  /** Whose connection closed before the answer was whole. */
  abandoned: number;
}

/** Counts requests by how they ended. */
export class Tally {
  readonly counts: RequestCounts = { received: 0, succeeded: 0, refused: 0, abandoned: 0 };

  arrived(): void {
    this.counts.received++;
  }

  ended(status: number): void {
    if (status === CONNECTION_CLOSED) this.counts.abandoned++;
    else if (status < 400) this.counts.succeeded++;
    else this.counts.refused++;
  }
}
