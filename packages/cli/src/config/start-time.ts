import { BenchmarkError } from '@aibrix/core/errors';

/** A date, a time, and where on earth: without the last, hosts in different zones would start at different times. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;
const SECONDS = /^\d+(\.\d+)?$/;
/** Less are no epoch seconds of a run, more are milliseconds. */
const MIN_SECONDS = 1e9;
const MAX_SECONDS = 1e11;

/**
 * A point in time as flags and configs write it: ISO 8601 with its zone, or epoch seconds.
 *
 * @returns epoch milliseconds
 * @throws BenchmarkError `usage`
 */
export const parseStartTime = (value: string | number): number => {
  const text = String(value).trim();
  if (SECONDS.test(text) && Number(text) >= MIN_SECONDS && Number(text) < MAX_SECONDS) return Number(text) * 1000;
  const timeMs = ISO_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new BenchmarkError(
    'usage',
    `start_at: expected a time such as 2030-01-31T12:00:00Z, or epoch seconds, found ${JSON.stringify(value)}`,
    {
      hint: 'A time needs its zone (Z or +02:00), so that all hosts mean the same. In two minutes: date -u -d "+2 minutes" +%FT%TZ',
    },
  );
};
