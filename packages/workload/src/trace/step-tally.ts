/** Lengths of the steps between successive times, in milliseconds. */
interface StepFigures {
  minMs: number;
  /** Of an even number of steps, the lower one of the middle; to three significant digits. */
  medianMs: number;
  maxMs: number;
}

/** Counts steps by their length, in memory that does not grow: 160 kB. */
export interface StepTally {
  add(stepMs: number): void;
  /** Undefined while there are none. */
  figures(): StepFigures | undefined;
}

const NANOSECONDS_PER_MS = 1e6;

/** A bucket for each number of three significant digits, from a nanosecond up to 30,000 years. */
const MIN_EXPONENT = -6;
const DECADES = 22;
const BUCKETS_PER_DECADE = 900;
const BUCKETS = DECADES * BUCKETS_PER_DECADE;

const bucketOf = (step: number): number => {
  if (step <= 0) return 0;
  const exponent = Math.floor(Math.log10(step));
  // Of what rounds up to 1,000 the next decade's first bucket comes out.
  const digits = Math.round(step / 10 ** (exponent - 2));
  const bucket = (exponent - MIN_EXPONENT) * BUCKETS_PER_DECADE + digits - 100;
  return Math.min(Math.max(bucket, 0), BUCKETS - 1);
};

const stepOf = (bucket: number): number => {
  const exponent = Math.floor(bucket / BUCKETS_PER_DECADE) + MIN_EXPONENT;
  // As text, since 10 ** -3 times a number is off in its last digits.
  return Number(`${100 + (bucket % BUCKETS_PER_DECADE)}e${exponent - 2}`);
};

export const createStepTally = (): StepTally => {
  const counts = new Float64Array(BUCKETS);
  let total = 0;
  let minMs = Number.POSITIVE_INFINITY;
  let maxMs = Number.NEGATIVE_INFINITY;
  /** The bucket of the median, and how many steps are in those before it. */
  let middle = 0;
  let below = 0;
  /** Follows the median, which an added step moves by one place at most. */
  const follow = (): void => {
    while (below * 2 >= total) {
      middle--;
      below -= counts[middle] as number;
    }
    while ((below + (counts[middle] as number)) * 2 < total) {
      below += counts[middle] as number;
      middle++;
    }
  };
  return {
    add(stepMs) {
      // Differences of times are off by a rounding error; to the nanosecond, equal steps are equal.
      const step = Math.round(stepMs * NANOSECONDS_PER_MS) / NANOSECONDS_PER_MS;
      minMs = Math.min(minMs, step);
      maxMs = Math.max(maxMs, step);
      const bucket = bucketOf(step);
      counts[bucket] = (counts[bucket] as number) + 1;
      total++;
      if (bucket < middle) below++;
      follow();
    },
    figures: () => (total === 0 ? undefined : { minMs, medianMs: stepOf(middle), maxMs }),
  };
};
