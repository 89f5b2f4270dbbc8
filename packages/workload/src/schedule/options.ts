import { z } from 'zod';
import {
  type ArrivalOptions,
  type ArrivalSettings,
  arrivalOptionsShape,
  BURSTINESS_PROBLEM,
  fitsBurstiness,
} from '../arrivals/arrival-options.js';
import { type ThinkTime, thinkTimeSchema } from './think-time.js';

/** Options of `scheduleRecords`. */
export interface ScheduleOptions extends ArrivalOptions {
  /** Same seed, same times. Default 0. */
  seed?: number | string | undefined;
  /** Mean rate in records per second. */
  recordsPerSecond: number;
  /** Between the end of an answer and the next turn of its session, drawn for each; null: none. Default null. */
  thinkTime?: ThinkTime | null | undefined;
  /** False leaves texts out. Default true. */
  withText?: boolean | undefined;
  /** Ends after the record with which there are so many requests; null: no limit. Default null. */
  maxRequests?: number | null | undefined;
  /** Records from this time on are left out; null takes all. Default null. */
  durationMs?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface ScheduleSettings extends ArrivalSettings {
  seed: number | string;
  recordsPerSecond: number;
  thinkTime: ThinkTime | null;
  withText: boolean;
  maxRequests: number | null;
  durationMs: number | null;
}

/** One in 30 years: slower ones have no time that a number holds. */
const MIN_RATE = 1e-9;
const MAX_RATE = 1_000_000_000;

/** Checks the options of `scheduleRecords` and fills in defaults. */
export const scheduleOptionsSchema: z.ZodType<ScheduleSettings, ScheduleOptions> = z
  .strictObject({
    ...arrivalOptionsShape,
    seed: z.union([z.number(), z.string()]).default(0),
    recordsPerSecond: z
      .number('must be a number')
      .min(MIN_RATE, 'must be above 0')
      .max(MAX_RATE, `must be at most ${MAX_RATE}`),
    thinkTime: thinkTimeSchema.nullable().default(null),
    withText: z.boolean().default(true),
    maxRequests: z.int('must be a whole number').min(1, 'must be at least 1').nullable().default(null),
    durationMs: z.number().positive('must be above 0').nullable().default(null),
  })
  .refine(fitsBurstiness, BURSTINESS_PROBLEM);
