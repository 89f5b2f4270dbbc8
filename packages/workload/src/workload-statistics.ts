import { createQuantileSketch, type QuantileSketch } from '@aibrix/metrics';
import type { WorkloadEntry } from '@aibrix/schema';

/** Figures of lengths in tokens; null where nothing states any. */
interface TokenFigures {
  /** Requests that state this length. */
  requests: number;
  total: number | null;
  mean: number | null;
  p50: number | null;
  p99: number | null;
  max: number | null;
}

/** Figures of the entries of a workload. */
export interface WorkloadStatistics {
  requests: number;
  /** From the start of the workload to its last request; null without any. */
  duration_ms: number | null;
  /** (requests − 1) / (last − first), requests per second; null for a single moment. */
  mean_rate_rps: number | null;
  /** Standard deviation / mean of the gaps between successive requests; those of one entry have a gap of 0. */
  interarrival_cv: number | null;
  prompt_tokens: TokenFigures;
  output_tokens: TokenFigures;
}

const figuresOf = (sketch: QuantileSketch): TokenFigures => ({
  requests: sketch.count,
  total: sketch.sum,
  mean: sketch.mean,
  p50: sketch.quantile(0.5),
  p99: sketch.quantile(0.99),
  max: sketch.max,
});

/** Collects the figures of a workload from its entries as they pass, in bounded memory. */
export const collectWorkloadStatistics = (): {
  add(entry: WorkloadEntry): void;
  result(): WorkloadStatistics;
} => {
  const promptTokens = createQuantileSketch();
  const outputTokens = createQuantileSketch();
  const gapsMs = createQuantileSketch();
  let requests = 0;
  let last: number | null = null;
  return {
    add(entry) {
      for (const request of entry.requests) {
        requests++;
        if (last !== null) gapsMs.add(entry.timestamp - last);
        last = entry.timestamp;
        if (request.prompt_length != null) promptTokens.add(request.prompt_length);
        if (request.output_length != null) outputTokens.add(request.output_length);
      }
    },
    result() {
      // Null, and 0 where all requests stand at one time: neither has a rate.
      const meanGapMs = gapsMs.mean || null;
      return {
        requests,
        duration_ms: last,
        mean_rate_rps: meanGapMs && 1000 / meanGapMs,
        interarrival_cv: meanGapMs && gapsMs.std !== null ? gapsMs.std / meanGapMs : null,
        prompt_tokens: figuresOf(promptTokens),
        output_tokens: figuresOf(outputTokens),
      };
    },
  };
};
