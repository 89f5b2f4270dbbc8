import { createLengthHistogram } from '@aibrix/core/lengths';
import { createRunningDispersion } from '@aibrix/metrics';
import type { WorkloadEntry } from '@aibrix/schema';
import { createRunningSpread } from './running-spread.js';
import { type TokenFigures, tokenFigures } from './token-figures.js';

/** Window of the index of dispersion. */
const WINDOW_MS = 1000;

/** Figures of the entries of a workload, all of which can be told from its file. */
export interface WorkloadStatistics {
  requests: number;
  /** From the start of the workload to its last request; null without any. */
  duration_ms: number | null;
  /** (requests − 1) / (last − first), requests per second; null for a single moment. */
  mean_rate_rps: number | null;
  /** Standard deviation / mean of the gaps between successive requests; those of one entry have a gap of 0. */
  interarrival_cv: number | null;
  /** Variance / mean of the requests in each second; about 1 for Poisson arrivals. Null for fewer than two whole seconds. */
  dispersion_1s: number | null;
  prompt_tokens: TokenFigures;
  output_tokens: TokenFigures;
}

/** Collects the figures of a workload from its entries as they pass, in bounded memory. */
export interface WorkloadStatisticsCollector {
  add(entry: WorkloadEntry): void;
  /** Requests so far. */
  readonly requests: number;
  result(): WorkloadStatistics;
}

export const collectWorkloadStatistics = (): WorkloadStatisticsCollector => {
  const promptTokens = createLengthHistogram();
  const outputTokens = createLengthHistogram();
  const gapsMs = createRunningSpread();
  const dispersion = createRunningDispersion(WINDOW_MS);
  let requests = 0;
  let last: number | null = null;
  return {
    add(entry) {
      for (const request of entry.requests) {
        requests++;
        if (last !== null) gapsMs.add(entry.timestamp - last);
        last = entry.timestamp;
        dispersion.add(entry.timestamp);
        if (request.prompt_length != null) promptTokens.add(request.prompt_length);
        if (request.output_length != null) outputTokens.add(request.output_length);
      }
    },
    get requests() {
      return requests;
    },
    result() {
      // Null, and 0 where all requests stand at one time: neither has a rate.
      const meanGapMs = gapsMs.mean || null;
      const { std } = gapsMs;
      return {
        requests,
        duration_ms: last,
        mean_rate_rps: meanGapMs && 1000 / meanGapMs,
        interarrival_cv: meanGapMs && std !== null ? std / meanGapMs : null,
        dispersion_1s: dispersion.index(),
        prompt_tokens: tokenFigures(promptTokens),
        output_tokens: tokenFigures(outputTokens),
      };
    },
  };
};
