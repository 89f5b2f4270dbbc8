/** Points of time that are kept as they are; a run with more is rounded to a grid. About 10 MB. */
const DEFAULT_MAX_POINTS = 200_000;
const FIRST_GRID_SECONDS = 0.001;

interface InFlightSlice {
  /** Time-weighted mean. */
  mean: number;
  max: number;
}

/** How many requests were in flight at every moment. */
export interface InFlight {
  /** A request was in flight from `start` up to, not including, `end` (epoch seconds). */
  add(start: number, end: number): void;
  /** Grid that times are rounded to, in seconds; 0 while exact. */
  readonly resolutionSeconds: number;
  /** Mean and maximum within each slice between neighbouring `edges` (ascending, epoch seconds). */
  slices(edges: readonly number[]): InFlightSlice[];
}

/**
 * Keeps the change of the count at each point of time: exact for a run of usual size, and for larger ones on a grid
 * that doubles as often as it must, so that memory stays bounded.
 */
export const createInFlight = (options: { maxPoints?: number | undefined } = {}): InFlight => {
  const maxPoints = options.maxPoints ?? DEFAULT_MAX_POINTS;
  /** By time while exact, else by the number of the grid point: whole numbers are the fast keys. */
  let changes = new Map<number, number>();
  let grid = 0;
  let origin = 0;

  const timeOf = (key: number): number => (grid === 0 ? key : origin + key * grid);

  const change = (time: number, by: number): void => {
    const key = grid === 0 ? time : Math.round((time - origin) / grid);
    changes.set(key, (changes.get(key) ?? 0) + by);
  };

  const coarsen = (): void => {
    while (changes.size > maxPoints / 2) {
      const finer = [...changes].map(([key, by]): [number, number] => [timeOf(key), by]);
      if (grid === 0) origin = finer[0]?.[0] ?? 0;
      grid = grid === 0 ? FIRST_GRID_SECONDS : grid * 2;
      changes = new Map();
      for (const [time, by] of finer) change(time, by);
    }
  };

  return {
    add(start, end) {
      change(start, 1);
      change(end, -1);
      if (changes.size > maxPoints) coarsen();
    },
    get resolutionSeconds() {
      return grid;
    },
    slices(edges) {
      const points = [...changes].sort(([a], [b]) => a - b).map(([key, by]) => ({ time: timeOf(key), by }));
      let next = 0;
      let count = 0;
      return edges.slice(1).map((end, index) => {
        const start = edges[index] as number;
        let since = start;
        let area = 0;
        let max = 0;
        const holdUntil = (time: number): void => {
          if (time <= since) return;
          area += count * (time - since);
          max = Math.max(max, count);
          since = time;
        };
        for (let point = points[next]; point && point.time < end; point = points[++next]) {
          holdUntil(point.time);
          count += point.by;
        }
        holdUntil(end);
        return { mean: end > start ? area / (end - start) : 0, max };
      });
    },
  };
};
