import { formatPath } from '@aibrix/core/validation';
import { z } from 'zod';
import type { NamedArrivals } from '../generated-workload.js';
import { processOptionsShape } from './process-options.js';
import { rateDescriptionSchema } from './rate-description.js';

const schema = z.looseObject({
  of: z.enum(['requests', 'records', 'sessions']),
  ...processOptionsShape,
  rate: rateDescriptionSchema.nullable(),
});

/** What a manifest names, or why it cannot be used. */
export interface ParsedArrivals {
  /** Undefined where none are named, or not in a form that is known. */
  arrivals: NamedArrivals | undefined;
  problem: string | null;
}

/** Reads the arrivals that a manifest states (`statistics.arrivals`). */
export const parseNamedArrivals = (value: unknown): ParsedArrivals => {
  if (value == null) return { arrivals: undefined, problem: null };
  const { data, error } = schema.safeParse(value);
  if (data)
    return { arrivals: { of: data.of, process: data.process, shape: data.shape, rate: data.rate }, problem: null };
  const [issue] = error.issues;
  return { arrivals: undefined, problem: issue ? `${formatPath(issue.path)}: ${issue.message}` : 'cannot be read' };
};
