import { z } from 'zod';
import {
  type ArrivalOptions,
  type ArrivalSettings,
  arrivalOptionsShape,
  BURSTINESS_PROBLEM,
  fitsBurstiness,
} from '../arrivals/arrival-options.js';
import { type RateDescription, rateDescriptionSchema } from '../arrivals/rate-description.js';
import { type RequestOptions, type RequestSettings, requestOptionsShape } from '../requests/request-options.js';
import { PATTERN_PRESETS, type Pattern, patternSchema, presetPattern, type Quantity } from './pattern.js';

/** A pattern, or the name of a preset. */
export type PatternChoice = Pattern | string;

/** Options of `synthetic`. */
export interface SyntheticOptions extends RequestOptions, ArrivalOptions {
  /** Requests per second: a preset, a pattern, or any rate such as a ramp. Default `slow_rising` around 6. */
  traffic?: PatternChoice | RateDescription | undefined;
  /** Tokens of a prompt; null: any prompt of the dataset. Default `severe_fluctuation` around 1,024. */
  promptLength?: PatternChoice | null | undefined;
  /** Tokens of an answer; null: as the dataset states, or none. Default `slight_fluctuation` around 1,024. */
  outputLength?: PatternChoice | null | undefined;
  /** How long a value of a pattern holds. Default 1,000. */
  intervalMs?: number | undefined;
  /** Length of the workload: requests start in [0, durationMs). Default 10,000. */
  durationMs?: number | undefined;
  /** In a dataset of sessions, how many are candidates at a time; null: all of them. Default 2. */
  maxConcurrentSessions?: number | null | undefined;
}

/** The options with defaults filled in, and presets as the patterns that they are. */
export interface SyntheticSettings extends RequestSettings, ArrivalSettings {
  traffic: Pattern | RateDescription;
  promptLength: Pattern | null;
  outputLength: Pattern | null;
  intervalMs: number;
  durationMs: number;
  maxConcurrentSessions: number | null;
}

const preset = (quantity: Quantity): z.ZodType<Pattern, string> =>
  z.string().transform((name, context): Pattern => {
    const pattern = presetPattern(name, { quantity });
    if (pattern) return pattern;
    context.addIssue({ code: 'custom', message: `there is no pattern "${name}": it is ${PATTERN_PRESETS.join(', ')}` });
    return z.NEVER;
  });

/** Problems of the form that is meant, not of all there are. */
const choice = (quantity: Quantity): z.ZodType<Pattern, PatternChoice> =>
  z.custom<PatternChoice>().transform((value, context): Pattern => {
    const parsed = (typeof value === 'string' ? preset(quantity) : patternSchema).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  });

const traffic: z.ZodType<Pattern | RateDescription, PatternChoice | RateDescription> = z
  .custom<PatternChoice | RateDescription>()
  .transform((value, context): Pattern | RateDescription => {
    const isRate = typeof value === 'object' && value !== null && 'kind' in value;
    const parsed = (isRate ? rateDescriptionSchema : choice('traffic')).safeParse(value);
    if (parsed.success) return parsed.data as Pattern | RateDescription;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path });
    return z.NEVER;
  });

/** More would not fit in memory. */
const MAX_INTERVALS = 1_000_000;

/** Checks the options of `synthetic` and fills in defaults. */
export const syntheticOptionsSchema: z.ZodType<SyntheticSettings, SyntheticOptions> = z
  .strictObject({
    ...requestOptionsShape,
    ...arrivalOptionsShape,
    traffic: traffic.prefault('slow_rising'),
    promptLength: choice('prompt_length').nullable().prefault('severe_fluctuation'),
    outputLength: choice('output_length').nullable().prefault('slight_fluctuation'),
    intervalMs: z.number().positive('must be above 0').default(1000),
    durationMs: z.number().positive('must be above 0').default(10_000),
    maxConcurrentSessions: z.int('must be a whole number').min(1, 'must be at least 1').nullable().default(2),
  })
  .refine(({ lengthMode, promptLength }) => lengthMode !== 'exact' || promptLength !== null, {
    path: ['promptLength'],
    message: 'is needed with lengthMode exact',
  })
  .refine(({ durationMs, intervalMs }) => durationMs / intervalMs <= MAX_INTERVALS, {
    path: ['intervalMs'],
    message: `makes more than ${MAX_INTERVALS} intervals of this duration`,
  })
  .refine(fitsBurstiness, BURSTINESS_PROBLEM);
