import type { Report } from '../report.js';
import type { ResultFigures } from './result-figures.js';

/** Finds the window of a run: from the first scheduled time to the last end of a request that succeeded. */
export const createRunWindow = () => {
  let scheduled = 0;
  let firstScheduled = Number.POSITIVE_INFINITY;
  let lastScheduled = Number.NEGATIVE_INFINITY;
  let firstStart = Number.POSITIVE_INFINITY;
  let lastSuccess = Number.NEGATIVE_INFINITY;
  return {
    add({ scheduledTime, startTime, endTime, isSuccess }: ResultFigures): void {
      if (scheduledTime !== null) {
        scheduled++;
        firstScheduled = Math.min(firstScheduled, scheduledTime);
        lastScheduled = Math.max(lastScheduled, scheduledTime);
      }
      if (startTime !== null) firstStart = Math.min(firstStart, startTime);
      if (isSuccess && endTime !== null) lastSuccess = Math.max(lastSuccess, endTime);
    },
    report(): Report['window'] {
      const hasSchedule = scheduled > 0;
      const start = hasSchedule ? firstScheduled : firstStart;
      const start_time = Number.isFinite(start) ? start : null;
      const end_time = Number.isFinite(lastSuccess) ? lastSuccess : null;
      const duration = start_time === null || end_time === null ? null : end_time - start_time;
      return {
        start_time,
        end_time,
        // A window without length gives no rates.
        duration_s: duration !== null && duration > 0 ? duration : null,
        starts_at: hasSchedule ? 'scheduled' : 'sent',
      };
    },
    /** Requests per second as they were scheduled; null for one request, or all at once. */
    offeredPerSecond: (): number | null =>
      scheduled > 1 && lastScheduled > firstScheduled ? (scheduled - 1) / (lastScheduled - firstScheduled) : null,
  };
};

export type RunWindow = ReturnType<typeof createRunWindow>;
