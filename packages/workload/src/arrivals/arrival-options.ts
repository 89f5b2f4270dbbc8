import type { z } from 'zod';
import type { ArrivalProcessName } from './arrival-processes.js';
import { fitsShape, processOptionsShape } from './process-options.js';

/** Options of every kind whose times are drawn. */
export interface ArrivalOptions {
  /**
   * `poisson` (the default): exponential gaps. `constant`: equal gaps, the first request at 0. `gamma` and `weibull`: gaps
   * of the shape `burstiness`, with the same mean.
   */
  arrivals?: ArrivalProcessName | undefined;
  /**
   * Shape of gamma or Weibull gaps: 1 is Poisson, less comes in bursts, more is more even. Null (the default) is 1; only
   * with these two.
   */
  burstiness?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface ArrivalSettings {
  arrivals: ArrivalProcessName;
  burstiness: number | null;
}

/** The fields of a schema for these. */
export const arrivalOptionsShape: {
  arrivals: z.ZodDefault<z.ZodEnum<{ [Name in ArrivalProcessName]: Name }>>;
  burstiness: z.ZodDefault<z.ZodNullable<z.ZodNumber>>;
} = {
  arrivals: processOptionsShape.process.default('poisson'),
  burstiness: processOptionsShape.shape,
};

const hasShape = (process: ArrivalProcessName): boolean => process === 'gamma' || process === 'weibull';

/** The shape of a process; null for one that has none. */
export const shapeOf = ({ arrivals, burstiness }: ArrivalSettings): number | null =>
  hasShape(arrivals) ? (burstiness ?? 1) : null;

/** Whether a burstiness is given only where it means something: for `refine`. */
export const fitsBurstiness = ({ arrivals, burstiness }: ArrivalSettings): boolean =>
  fitsShape({ process: arrivals, shape: burstiness });

/** What to say where it is not. */
export const BURSTINESS_PROBLEM: { path: string[]; message: string } = {
  path: ['burstiness'],
  message: 'is the shape of gamma or weibull arrivals (of weibull from 0.1 on), and means nothing for others',
};
