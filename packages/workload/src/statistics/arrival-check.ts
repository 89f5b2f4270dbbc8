import type { WorkloadEntry } from '@aibrix/schema';
import { createRate } from '../arrivals/create-rate.js';
import { createProcessCheck } from '../arrivals/process-check.js';
import type { NamedArrivals } from '../generated-workload.js';

/** How far the times of a workload are from the process that they are said to be of. */
export interface ArrivalFigures extends NamedArrivals {
  /** Gaps between entries that were looked at. */
  gaps: number;
  /** Kolmogorov–Smirnov distance of the gaps, in operational time, from the process's; null for equal gaps and for none. */
  ks_distance: number | null;
  /** How likely a sample of the process is at least as far off. */
  ks_p_value: number | null;
  /** Of equal gaps: the most that a time is off its place, in milliseconds; null for other processes. */
  largest_deviation_ms: number | null;
}

/** Compares entries with a named process as they pass. */
export interface ArrivalCheck {
  add(entry: WorkloadEntry): void;
  /** Nothing where no process is named; null figures where its rate is not stated. */
  statistics(): { arrivals?: ArrivalFigures };
}

const NO_FIGURES = { gaps: 0, ks_distance: null, ks_p_value: null, largest_deviation_ms: null };

/** Starts before the first entry. Entries without requests are passed over: those hold events. */
export const createArrivalCheck = (arrivals: NamedArrivals | undefined): ArrivalCheck => {
  if (!arrivals) return { add: () => {}, statistics: () => ({}) };
  const { process, shape, rate } = arrivals;
  if (!rate) return { add: () => {}, statistics: () => ({ arrivals: { ...arrivals, ...NO_FIGURES } }) };
  const check = createProcessCheck({ process, shape, rate: createRate(rate) });
  return {
    add({ timestamp, requests }) {
      if (requests.length > 0) check.add(timestamp);
    },
    statistics() {
      const { gaps, distance, p_value, largest_deviation_ms } = check.result();
      const figures = { gaps, ks_distance: distance, ks_p_value: p_value, largest_deviation_ms };
      return { arrivals: { ...arrivals, ...figures } };
    },
  };
};
