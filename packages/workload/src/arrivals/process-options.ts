import { z } from 'zod';
import type { ArrivalProcessName } from './arrival-processes.js';

/** A process, and the shape of its gaps where it has one. */
export interface ProcessOptions {
  process: ArrivalProcessName;
  /** Of gamma and Weibull gaps: below 1 they come in bursts, above it more evenly. Null (the default) is 1. */
  shape?: number | null | undefined;
}

/** The fields of a schema for these. */
export const processOptionsShape: {
  process: z.ZodEnum<{ [Name in ArrivalProcessName]: Name }>;
  shape: z.ZodDefault<z.ZodNullable<z.ZodNumber>>;
} = {
  process: z.enum(['constant', 'poisson', 'gamma', 'weibull']),
  // Gaps of other shapes are all but 0 or endless, and their variance no number any more.
  shape: z.number().min(0.01, 'must be at least 0.01').max(10_000, 'must be at most 10000').nullable().default(null),
};

/** Below, nearly all of the mean lies in gaps that are never drawn, and the rate is never reached. */
const MIN_WEIBULL_SHAPE = 0.1;

/** Whether a shape is given only where it means something: for `refine`. */
export const fitsShape = ({ process, shape }: { process: ArrivalProcessName; shape: number | null }): boolean => {
  if (shape === null || process === 'gamma') return true;
  return process === 'weibull' && shape >= MIN_WEIBULL_SHAPE;
};

/** What to say where it is not. */
export const SHAPE_PROBLEM: { path: string[]; message: string } = {
  path: ['shape'],
  message: `is that of gamma gaps, or of weibull gaps from ${MIN_WEIBULL_SHAPE} on, and means nothing for others`,
};
