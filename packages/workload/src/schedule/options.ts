import { z } from 'zod';
import type { ArrivalProcessName } from '../arrivals/arrival-processes.js';

/** Options of `scheduleRecords`. */
export interface ScheduleOptions {
  /** Same seed, same times. Default 0. */
  seed?: number | string | undefined;
  /** Mean rate in records per second. */
  recordsPerSecond: number;
  /** `poisson` (the default): exponential gaps. `constant`: equal gaps, the first record at 0. */
  arrivals?: ArrivalProcessName | undefined;
  /** Records from this time on are left out; null takes all. Default null. */
  durationMs?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface ScheduleSettings {
  seed: number | string;
  recordsPerSecond: number;
  arrivals: ArrivalProcessName;
  durationMs: number | null;
}

/** One in 30 years: slower ones have no time that a number holds. */
const MIN_RATE = 1e-9;
const MAX_RATE = 1_000_000_000;

/** Checks the options of `scheduleRecords` and fills in defaults. */
export const scheduleOptionsSchema: z.ZodType<ScheduleSettings, ScheduleOptions> = z.strictObject({
  seed: z.union([z.number(), z.string()]).default(0),
  recordsPerSecond: z
    .number('must be a number')
    .min(MIN_RATE, 'must be above 0')
    .max(MAX_RATE, `must be at most ${MAX_RATE}`),
  arrivals: z.enum(['poisson', 'constant']).default('poisson'),
  durationMs: z.number().positive('must be above 0').nullable().default(null),
});
