import { createRunningDispersion } from '@aibrix/metrics';
import type { DeliveredDispersion } from '@aibrix/schema';
import { RecentCounts } from './recent-counts.js';

/** From the grain of a timer to that of a load average. */
const WINDOWS_MS = [10, 100, 1000] as const;

/** Compares when requests were to start with when they did, and watches how many are in flight. */
export class Delivery {
  readonly #startMs: number;
  readonly #dispersions = WINDOWS_MS.map((windowMs) => ({
    windowMs,
    due: createRunningDispersion(windowMs),
    delivered: createRunningDispersion(windowMs),
  }));
  readonly #recentlyOffered = new RecentCounts();
  readonly #recentlySent = new RecentCounts();
  #sent = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  #sinceMs = 0;
  #requestMs = 0;

  /** @param startMs start of the schedule, in epoch milliseconds: both sequences count from it */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** The planned time of a request has come. */
  offered(timeMs: number): void {
    this.#recentlyOffered.add(timeMs);
  }

  /** A request may start at this time: scheduled, and with any wait that the user asked for. */
  due(timeMs: number): void {
    for (const { due } of this.#dispersions) due.add(timeMs - this.#startMs);
  }

  /** Its bytes go out. */
  sent(timeMs: number): void {
    this.#sent++;
    this.#recentlySent.add(timeMs);
    for (const { delivered } of this.#dispersions) delivered.add(timeMs - this.#startMs);
  }

  /** A request was handed to the transport (+1), or has ended (−1). */
  inFlight(by: 1 | -1, timeMs: number): void {
    this.#requestMs += this.#inFlight * Math.max(0, timeMs - this.#sinceMs);
    this.#sinceMs = Math.max(this.#sinceMs, timeMs);
    this.#inFlight += by;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  dispersion(): DeliveredDispersion[] {
    return this.#dispersions.map(({ windowMs, due, delivered }) => ({
      window_ms: windowMs,
      due: due.index(),
      delivered: delivered.index(),
    }));
  }

  /** Requests whose bytes have gone out. */
  get sentSoFar(): number {
    return this.#sent;
  }

  /** Requests that came due and that went out in the last seconds, per second. */
  recentRates(nowMs: number): { offeredPerSecond: number | null; sentPerSecond: number | null } {
    return {
      offeredPerSecond: this.#recentlyOffered.rate(nowMs, this.#startMs),
      sentPerSecond: this.#recentlySent.rate(nowMs, this.#startMs),
    };
  }

  /** Requests in flight, summed over time, in request-seconds; and the most at once. */
  gauge(): { request_seconds: number; max: number } {
    return { request_seconds: this.#requestMs / 1000, max: this.#maxInFlight };
  }
}
