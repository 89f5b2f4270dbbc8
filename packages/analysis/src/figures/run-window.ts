import type { Report } from '../report.js';
import type { ResultFigures } from './result-figures.js';

/** Rate of points in time: (n − 1) / (last − first). */
const createRate = () => {
  let count = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    add(time: number | null): void {
      if (time === null) return;
      count++;
      first = Math.min(first, time);
      last = Math.max(last, time);
    },
    /** Null without any. */
    first: (): number | null => (count > 0 ? first : null),
    /** Null for one point, or all at once. */
    perSecond: (): number | null => (count > 1 && last > first ? (count - 1) / (last - first) : null),
  };
};

/** Finds the window of a run: from the first scheduled time to the last end of a request that succeeded. */
export const createRunWindow = () => {
  const planned = createRate();
  const scheduled = createRate();
  const started = createRate();
  let lastSuccess = Number.NEGATIVE_INFINITY;
  return {
    add({ plannedTime, scheduledTime, startTime, endTime, isSuccess }: ResultFigures): void {
      planned.add(plannedTime);
      scheduled.add(scheduledTime);
      started.add(startTime);
      if (isSuccess && endTime !== null) lastSuccess = Math.max(lastSuccess, endTime);
    },
    report(): Report['window'] {
      const firstScheduled = scheduled.first();
      const start_time = firstScheduled ?? started.first();
      const end_time = Number.isFinite(lastSuccess) ? lastSuccess : null;
      const duration = start_time === null || end_time === null ? null : end_time - start_time;
      return {
        start_time,
        end_time,
        // A window without length gives no rates.
        duration_s: duration !== null && duration > 0 ? duration : null,
        starts_at: firstScheduled === null ? 'sent' : 'scheduled',
      };
    },
    /** Requests per second as the workload plans them. */
    plannedPerSecond: (): number | null => planned.perSecond(),
    /** Requests per second as they were scheduled. */
    offeredPerSecond: (): number | null => scheduled.perSecond(),
  };
};

export type RunWindow = ReturnType<typeof createRunWindow>;
