import type { RequestResult } from '@aibrix/schema';
import { BucketCounts, type BucketFigures } from './bucket-counts.js';
import { RecentCounts } from './recent-counts.js';
import { RecentDurations, type RecentQuantiles } from './recent-durations.js';

/** What the requests that ended in the last ten seconds tell; rates are null before there is anything to divide by. */
export interface RecentFigures {
  completedPerSecond: number | null;
  /** Tokens of answers that ended, per second. */
  outputTokensPerSecond: number | null;
  ttftSeconds: RecentQuantiles | null;
  tpotSeconds: RecentQuantiles | null;
  latencySeconds: RecentQuantiles | null;
  /** What the client itself was late by, in requests that were sent. */
  clientLagSeconds: RecentQuantiles | null;
}

/** The same of the whole run, by bucket. */
export interface RunHistograms {
  ttftSeconds: BucketFigures;
  tpotSeconds: BucketFigures;
  latencySeconds: BucketFigures;
  clientLagSeconds: BucketFigures;
}

/** 1, 2.5, 5, 10, … times `first`. */
const bounds = (first: number, decades: number): number[] =>
  Array.from({ length: decades * 3 }, (_, index) =>
    Number((first * 10 ** Math.floor(index / 3) * ([1, 2.5, 5][index % 3] as number)).toPrecision(2)),
  );

/** A duration in the last seconds and in the whole run. */
class Durations {
  readonly recent = new RecentDurations();
  readonly all: BucketCounts;

  /** @param firstBound in seconds */
  constructor(firstBound: number, decades: number) {
    this.all = new BucketCounts(bounds(firstBound, decades));
  }

  add(timeMs: number, seconds: number | null | undefined): void {
    if (seconds == null) return;
    this.recent.add(timeMs, seconds);
    this.all.add(seconds);
  }
}

/** Follows what requests that end have told, for those who watch a run: constant memory, and well under a microsecond a request. */
export class Activity {
  readonly #completed = new RecentCounts();
  readonly #outputTokens = new RecentCounts();
  /** From 1 ms to 500 s. */
  readonly #ttft = new Durations(0.001, 6);
  /** From 0.1 ms to 5 s. */
  readonly #tpot = new Durations(0.0001, 5);
  readonly #latency = new Durations(0.001, 6);
  /** From 10 µs to 5 s. */
  readonly #lag = new Durations(0.00001, 6);

  /**
   * @param figures `lagSeconds` is null of a request that was not sent; `outputTokens` are those that arrived, of a failed
   *   answer too
   */
  ended(result: RequestResult, figures: { lagSeconds: number | null; outputTokens: number }): void {
    const timeMs = (result.end_time ?? 0) * 1000;
    this.#lag.add(timeMs, figures.lagSeconds);
    if (figures.outputTokens > 0) this.#outputTokens.add(timeMs, figures.outputTokens);
    if (result.status !== 'success') return;
    this.#completed.add(timeMs);
    this.#ttft.add(timeMs, result.ttft);
    this.#tpot.add(timeMs, result.tpot);
    this.#latency.add(timeMs, result.latency);
  }

  /** @param sinceMs when the schedule began, in epoch milliseconds: a rate is over no more than what has passed since */
  recent(nowMs: number, sinceMs: number): RecentFigures {
    return {
      completedPerSecond: this.#completed.rate(nowMs, sinceMs),
      outputTokensPerSecond: this.#outputTokens.rate(nowMs, sinceMs),
      ttftSeconds: this.#ttft.recent.quantiles(nowMs),
      tpotSeconds: this.#tpot.recent.quantiles(nowMs),
      latencySeconds: this.#latency.recent.quantiles(nowMs),
      clientLagSeconds: this.#lag.recent.quantiles(nowMs),
    };
  }

  histograms(): RunHistograms {
    return {
      ttftSeconds: this.#ttft.all.figures(),
      tpotSeconds: this.#tpot.all.figures(),
      latencySeconds: this.#latency.all.figures(),
      clientLagSeconds: this.#lag.all.figures(),
    };
  }
}
