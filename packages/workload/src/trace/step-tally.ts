/** Lengths of the steps between successive times, in milliseconds. */
interface StepFigures {
  minMs: number;
  /** Of an even number of steps, the lower one of the middle. */
  medianMs: number;
  maxMs: number;
}

/** Counts steps by their length: a trace with rounded times has few. */
export interface StepTally {
  add(stepMs: number): void;
  /** Undefined while there are none. */
  figures(): StepFigures | undefined;
}

const NANOSECONDS_PER_MS = 1e6;

export const createStepTally = (): StepTally => {
  const counts = new Map<number, number>();
  let total = 0;
  return {
    add(stepMs) {
      // Differences of times are off by a rounding error; to the nanosecond, equal steps are equal.
      const step = Math.round(stepMs * NANOSECONDS_PER_MS) / NANOSECONDS_PER_MS;
      counts.set(step, (counts.get(step) ?? 0) + 1);
      total++;
    },
    figures() {
      if (total === 0) return undefined;
      const steps = [...counts].sort(([a], [b]) => a - b);
      const [[minMs]] = steps as [[number, number]];
      const [maxMs] = steps.at(-1) as [number, number];
      let medianMs = maxMs;
      let below = 0;
      for (const [step, count] of steps) {
        below += count;
        if (below * 2 < total) continue;
        medianMs = step;
        break;
      }
      return { minMs, medianMs, maxMs };
    },
  };
};
