import type { WorkloadEntry } from '@aibrix/schema';
import { createRate } from '../arrivals/create-rate.js';
import { createProcessCheck, type ProcessCheck } from '../arrivals/process-check.js';
import { statedRate } from '../arrivals/stated-rate.js';
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
  /** Nothing where no process is named, or not its rate. */
  statistics(): { arrivals?: ArrivalFigures };
}

/** How many things arrive with an entry. */
const arrivalsIn = ({ requests }: WorkloadEntry, of: NamedArrivals['of'] | undefined): number => {
  if (of === 'sessions') return requests.filter(({ parents }) => parents?.length === 0).length;
  // Entries without requests hold events.
  return of === 'records' ? Math.min(1, requests.length) : requests.length;
};

/**
 * Starts before the first entry.
 *
 * @param named asked at the first entry, since what reads files knows its rate only then, and whether it still holds at the
 *   end
 */
export const createArrivalCheck = (named: () => NamedArrivals | undefined): ArrivalCheck => {
  let arrivals: NamedArrivals | undefined;
  let check: ProcessCheck | undefined;
  const start = (): ProcessCheck | undefined => {
    arrivals = named();
    if (!arrivals?.rate) return undefined;
    const { process, shape, rate } = arrivals;
    return createProcessCheck({ process, shape, rate: createRate(rate) });
  };
  let isStarted = false;
  return {
    add(entry) {
      if (!isStarted) check = start();
      isStarted = true;
      for (let count = arrivalsIn(entry, arrivals?.of); count > 0; count--) check?.add(entry.timestamp);
    },
    statistics() {
      if (!isStarted) check = start();
      // What reads files knows only at their end whether the manifest is theirs.
      if (!arrivals || !check || !named()) return {};
      const { gaps, distance, p_value, largest_deviation_ms } = check.result();
      const figures = { gaps, ks_distance: distance, ks_p_value: p_value, largest_deviation_ms };
      return { arrivals: { ...arrivals, rate: arrivals.rate && statedRate(arrivals.rate), ...figures } };
    },
  };
};
