import { BenchmarkError } from '@aibrix/core/errors';
import { z } from 'zod';
import {
  type ArrivalOptions,
  type ArrivalSettings,
  arrivalOptionsShape,
  BURSTINESS_PROBLEM,
  fitsBurstiness,
} from '../arrivals/arrival-options.js';
import { type RequestOptions, type RequestSettings, requestOptionsShape } from '../requests/request-options.js';
import type { StatTraceType } from './choose-columns.js';
import { parseStatColumns, problemsOfColumns, type StatColumns } from './stat-columns.js';

/** Options of `stat`. */
export interface StatOptions extends RequestOptions, ArrivalOptions {
  /** The file with the rate (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  trafficFile: string;
  /** The file with prompt lengths. */
  promptLenFile?: string | undefined;
  /** The file with output lengths. In `cloudide` one file has both. */
  completionLenFile?: string | undefined;
  /** Where the metrics were exported from. Default `maas`. */
  traceType?: StatTraceType | undefined;
  /** Columns by field, or as text `rate=…,prompt_p50=…`; needed in `general`. */
  columns?: string | StatColumns | undefined;
  /** Divides rates. Default 1. */
  qpsScale?: number | undefined;
  /** Divides prompt lengths. Default 1. */
  inputScale?: number | undefined;
  /** Divides output lengths. Default 1. */
  outputScale?: number | undefined;
  /** Ends after this time; null: with the last step. Default null. */
  durationMs?: number | null | undefined;
  /** Whether rates fluctuate within a step, as counts of independent requests do. Default `poisson`. */
  fluctuation?: 'poisson' | 'none' | undefined;
}

/** The options with defaults filled in. */
export interface StatSettings extends RequestSettings, ArrivalSettings {
  trafficFile: string;
  promptLenFile?: string | undefined;
  completionLenFile?: string | undefined;
  traceType: StatTraceType;
  columns?: StatColumns | undefined;
  qpsScale: number;
  inputScale: number;
  outputScale: number;
  durationMs: number | null;
  fluctuation: 'poisson' | 'none';
}

const file = (): z.ZodString => z.string().min(1, 'must name a file');
const scale = (): z.ZodDefault<z.ZodNumber> => z.number().positive('must be above 0').default(1);

const columns: z.ZodType<StatColumns, string | StatColumns> = z
  .custom<string | StatColumns>()
  .transform((value, context): StatColumns => {
    const refuse = (message: string): never => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (typeof value === 'string') {
      try {
        return parseStatColumns(value);
      } catch (error) {
        if (!BenchmarkError.is(error)) throw error;
        return refuse(error.message.replace(/^columns: /, ''));
      }
    }
    const map = z.record(z.string(), z.union([z.string(), z.array(z.string())])).safeParse(value);
    if (!map.success) return refuse('must be text such as rate=…,prompt_p50=…, or names of columns by field');
    const problems = problemsOfColumns(map.data);
    return problems.length > 0 ? refuse(problems.join('; ')) : map.data;
  });

/** Whether something tells how long prompts are. */
const hasPromptLengths = ({ promptLenFile, completionLenFile, traceType, columns }: StatSettings): boolean =>
  promptLenFile !== undefined ||
  (traceType === 'cloudide' && completionLenFile !== undefined) ||
  Object.keys(columns ?? {}).some((field) => field.startsWith('prompt_'));

/** Checks the options of `stat` and fills in defaults. */
export const statOptionsSchema: z.ZodType<StatSettings, StatOptions> = z
  .strictObject({
    ...requestOptionsShape,
    ...arrivalOptionsShape,
    trafficFile: file(),
    promptLenFile: file().optional(),
    completionLenFile: file().optional(),
    traceType: z.enum(['maas', 'cloudide', 'general']).default('maas'),
    columns: columns.optional(),
    qpsScale: scale(),
    inputScale: scale(),
    outputScale: scale(),
    durationMs: z.number().positive('must be above 0').nullable().default(null),
    fluctuation: z.enum(['poisson', 'none']).default('poisson'),
  })
  .refine(({ traceType, columns }) => traceType !== 'general' || columns?.rate !== undefined, {
    path: ['columns'],
    message: 'must name the column of the rate in the general form: rate=…',
  })
  .refine((settings) => settings.lengthMode !== 'exact' || hasPromptLengths(settings), {
    path: ['promptLenFile'],
    message: 'is needed with lengthMode exact',
  })
  .refine(fitsBurstiness, BURSTINESS_PROBLEM);
