import { z } from 'zod';
import { type RequestOptions, type RequestSettings, requestOptionsShape } from '../requests/request-options.js';

/** Options of every kind that replays a trace. */
export interface TraceOptions extends RequestOptions {
  /** Rows from this time on are left out, after all scaling; null takes the whole trace. Default null. */
  durationMs?: number | null | undefined;
  /** Rows before this time of the trace are left out, and times count from here. Default 0. */
  fromMs?: number | undefined;
  /** Multiplies every time: 2 is half as fast. Default 1. */
  timeScale?: number | undefined;
  /** Divides every time: 2 is twice as fast. Not together with `timeScale`. Default 1. */
  rateScale?: number | undefined;
  /** Multiplies input lengths. Not for prompts that consist of named blocks. Default 1. */
  inputScale?: number | undefined;
  /** Multiplies output lengths. Default 1. */
  outputScale?: number | undefined;
  /** Share of the sessions that are kept, each whole; of the requests, where there are no sessions. Default 1. */
  sampleShare?: number | undefined;
  /** Reads a trace that is not in order of time: all of its rows are held in memory. Default false. */
  sort?: boolean | undefined;
  /** Spreads rows that share a time over the step to the next one. Default false. */
  dequantize?: boolean | undefined;
  /** Asks each request of the model that the trace names. Default false. */
  keepModels?: boolean | undefined;
  /** A request waits for the one that it goes on from, where the trace says (`parents`). Default false. */
  keepParents?: boolean | undefined;
}

/** The options with defaults filled in. */
export interface TraceSettings extends RequestSettings {
  durationMs: number | null;
  fromMs: number;
  timeScale: number;
  rateScale: number;
  inputScale: number;
  outputScale: number;
  sampleShare: number;
  sort: boolean;
  dequantize: boolean;
  keepModels: boolean;
  keepParents: boolean;
}

/** Further, times and lengths would leave every bound. */
const MAX_SCALE = 1e6;
const scale = (): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .min(1 / MAX_SCALE, `must be at least ${1 / MAX_SCALE}`)
    .max(MAX_SCALE, `must be at most ${MAX_SCALE}`)
    .default(1);
const flag = (): z.ZodDefault<z.ZodBoolean> => z.boolean().default(false);

/** The fields of a schema for these. */
export const traceOptionsShape: {
  [Name in keyof TraceSettings]: z.ZodType<TraceSettings[Name], TraceOptions[Name]>;
} = {
  ...requestOptionsShape,
  durationMs: z.number().positive('must be above 0').nullable().default(null),
  fromMs: z.number().nonnegative('must not be negative').default(0),
  timeScale: scale(),
  rateScale: scale(),
  inputScale: scale(),
  outputScale: scale(),
  sampleShare: z.number().positive('must be above 0').max(1, 'must be at most 1').default(1),
  sort: flag(),
  dequantize: flag(),
  keepModels: flag(),
  keepParents: flag(),
};

/** Whether times are scaled in one way: for `refine`. */
export const scalesOnce = ({ timeScale, rateScale }: TraceSettings): boolean => timeScale === 1 || rateScale === 1;

/** What to say where they are not. */
export const SCALES_PROBLEM: { path: string[]; message: string } = {
  path: ['rateScale'],
  message: 'says the same as timeScale the other way round: give one of them',
};

/** Checks the options of `traceWorkload` and fills in defaults. */
export const traceOptionsSchema: z.ZodType<TraceSettings, TraceOptions> = z
  .strictObject(traceOptionsShape)
  .refine(scalesOnce, SCALES_PROBLEM);

/** A trace in a file. */
export interface TraceFileOptions extends TraceOptions {
  /** The file (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  tracePath: string;
}

/** The options with defaults filled in. */
export interface TraceFileSettings extends TraceSettings {
  tracePath: string;
}

/** What a kind that reads its trace from one file makes of its options, with those of its own. */
type TraceFileSchema<Own extends Record<string, z.ZodType>> = z.ZodType<
  TraceFileSettings & { [Name in keyof Own]: z.output<Own[Name]> },
  TraceFileOptions & { [Name in keyof Own]?: z.input<Own[Name]> }
>;

/**
 * Checks the options of a kind that reads its trace from one file.
 *
 * @param own the fields of its own, each with a default
 */
export const traceFileSchema = <Own extends Record<string, z.ZodType>>(own: Own): TraceFileSchema<Own> => {
  const schema = z
    .strictObject({ ...own, tracePath: z.string().min(1, 'must name a file'), ...traceOptionsShape })
    .refine((settings) => scalesOnce(settings as unknown as TraceSettings), SCALES_PROBLEM);
  // The compiler does not see through a shape of unknown names.
  return schema as unknown as TraceFileSchema<Own>;
};

/** Checks the options of a kind that reads its trace from one file, and has none of its own. */
export const traceFileOptionsSchema: z.ZodType<TraceFileSettings, TraceFileOptions> = traceFileSchema({});
