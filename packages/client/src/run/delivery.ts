import { createRunningDispersion } from '@aibrix/metrics';
import type { DeliveredDispersion } from '@aibrix/schema';
import { InFlight } from './in-flight.js';
import { RecentCounts } from './recent-counts.js';

/** From the grain of a timer to that of a load average. */
const WINDOWS_MS = [10, 100, 1000] as const;

/** Sees requests start and end. */
export interface DeliveryWatch {
  /** The planned time of a request has come. */
  offered(timeMs: number): void;
  /** A request may start at this time: scheduled, and with any wait that the user asked for. */
  due(timeMs: number): void;
  /** Its bytes go out. */
  sent(timeMs: number): void;
  /** A request was handed to the transport (+1), or has ended (−1). */
  inFlight(by: 1 | -1, timeMs: number): void;
}

/** Compares when requests were to start with when they did, and watches how many are in flight. */
export class Delivery implements DeliveryWatch {
  readonly #startMs: number;
  readonly #dispersions = WINDOWS_MS.map((windowMs) => ({
    windowMs,
    due: createRunningDispersion(windowMs),
    delivered: createRunningDispersion(windowMs),
  }));
  readonly #recentlyOffered = new RecentCounts();
  readonly #recentlySent = new RecentCounts();
  #sent = 0;
  readonly #inFlight = new InFlight();
  /** What was in flight elsewhere. */
  #others = { requestMs: 0, max: 0 };

  /** @param startMs start of the schedule, in epoch milliseconds: both sequences count from it */
  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  offered(timeMs: number): void {
    this.#recentlyOffered.add(timeMs);
  }

  due(timeMs: number): void {
    for (const { due } of this.#dispersions) due.add(timeMs - this.#startMs);
  }

  sent(timeMs: number): void {
    this.#sent++;
    this.#recentlySent.add(timeMs);
    for (const { delivered } of this.#dispersions) delivered.add(timeMs - this.#startMs);
  }

  inFlight(by: 1 | -1, timeMs: number): void {
    this.#inFlight.change(by, timeMs);
  }

  /** Adds what was in flight in other threads: requests × milliseconds, and the most at once of all together. */
  addInFlight({ requestMs, max }: { requestMs: number; max: number }): void {
    this.#others.requestMs += requestMs;
    this.#others.max = Math.max(this.#others.max, max);
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
    return {
      request_seconds: (this.#inFlight.requestMs + this.#others.requestMs) / 1000,
      max: Math.max(this.#inFlight.max, this.#others.max),
    };
  }
}
