import { createLengthHistogram, type LengthBin } from '@aibrix/core/lengths';
import type { WorkloadEntry } from '@aibrix/schema';
import { createSessionDots, type SessionDot } from './session-dots.js';
import { createWorkloadBins, type WorkloadBin } from './time-bins.js';

/** What charts of a workload show. Snake case: it stands in JSON. */
export interface WorkloadSeries {
  /** Width of a slice of time. */
  bin_ms: number;
  bins: WorkloadBin[];
  /** Histograms; null where no length is stated. */
  lengths: { prompt: LengthBin[] | null; output: LengthBin[] | null };
  /** Null without sessions; thinned to some thousands. */
  sessions: SessionDot[] | null;
  sessions_total: number;
  /** Requests of sessions, shown or not. */
  dots_shown_of: number;
}

/** Collects what charts show from entries as they pass, in bounded memory. */
export const collectWorkloadSeries = (): { add(entry: WorkloadEntry): void; result(): WorkloadSeries } => {
  const bins = createWorkloadBins();
  const dots = createSessionDots();
  const prompt = createLengthHistogram();
  const output = createLengthHistogram();
  return {
    add({ timestamp, requests }) {
      for (const request of requests) {
        bins.add(timestamp, request);
        if (request.session_id != null) dots.add(request.session_id, timestamp);
        if (request.prompt_length != null) prompt.add(request.prompt_length);
        if (request.output_length != null) output.add(request.output_length);
      }
    },
    result() {
      const sliced = bins.end();
      return {
        bin_ms: sliced.widthMs,
        bins: sliced.bins,
        lengths: {
          prompt: prompt.count === 0 ? null : prompt.distribution().bins,
          output: output.count === 0 ? null : output.distribution().bins,
        },
        ...dots.result(),
      };
    },
  };
};
