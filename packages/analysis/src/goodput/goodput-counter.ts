import { hasNoLaterToken, type ResultFigures } from '../figures/result-figures.js';
import type { GoodputReport } from '../report.js';
import type { GoodputMetric, GoodputTarget } from './goodput-targets.js';

const figureOf: Record<GoodputMetric, (figures: ResultFigures) => number | null> = {
  ttft: (figures) => figures.ttft,
  tpot: (figures) => figures.tpot,
  e2e: (figures) => figures.latency,
  ttft_scheduled: (figures) => figures.ttftScheduled,
  e2e_scheduled: (figures) => figures.latencyScheduled,
};

/** Nobody waits this long for a first token and calls it good. */
const SUSPICIOUS_SECONDS = 60;

interface TargetCount extends GoodputTarget {
  met: number;
  /** Requests that have the figure, or need none. */
  measured: number;
}

/** Counts the requests that meet all targets. */
export const createGoodputCounter = (targets: readonly GoodputTarget[]) => {
  const counts: TargetCount[] = targets.map((target) => ({ ...target, met: 0, measured: 0 }));
  let good = 0;
  let succeeded = 0;
  const unmeasured = (): TargetCount | undefined =>
    succeeded > 0 ? counts.find(({ measured }) => measured === 0) : undefined;
  /** Targets that look like a mistake. */
  const suspicious = (): string[] =>
    counts
      .filter(({ metric, limitSeconds }) => !metric.startsWith('e2e') && limitSeconds > SUSPICIOUS_SECONDS)
      .map(
        ({ metric, limitSeconds }) =>
          `The target ${metric}:${limitSeconds} is ${limitSeconds} seconds; if milliseconds are meant, write ${metric}:${limitSeconds}ms.`,
      );
  return {
    /** Of a request that succeeded; the others are not good, and need not be told. */
    add(figures: ResultFigures): void {
      succeeded++;
      let meetsAll = true;
      for (const target of counts) {
        const value = figureOf[target.metric](figures);
        const needsNone = value === null && target.metric === 'tpot' && hasNoLaterToken(figures);
        if (value !== null || needsNone) target.measured++;
        if (needsNone || (value !== null && value <= target.limitSeconds)) target.met++;
        else meetsAll = false;
      }
      if (meetsAll) good++;
    },
    /** What is wrong with targets, in words. */
    notes: (): string[] => {
      const missing = unmeasured();
      const left = missing
        ? [
            `Goodput is left out: its target on ${missing.metric} is on something that no request measured (ttft and tpot need streaming and token counts of the server).`,
          ]
        : [];
      return [...left, ...suspicious()];
    },
    /**
     * Null without targets, and where a target is set on something that no request measured.
     *
     * @param offered all requests, failed and cancelled ones included
     */
    report(offered: number, windowSeconds: number | null): GoodputReport | null {
      if (counts.length === 0) return null;
      if (unmeasured()) return null;
      return {
        targets: counts.map(({ metric, limitSeconds, met }) => ({
          metric,
          limit_s: limitSeconds,
          met,
          met_fraction: met / offered,
        })),
        good,
        good_per_s: windowSeconds === null ? null : good / windowSeconds,
        good_fraction: good / offered,
      };
    },
  };
};

export type GoodputCounter = ReturnType<typeof createGoodputCounter>;
