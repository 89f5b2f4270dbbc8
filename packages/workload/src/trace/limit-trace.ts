import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { shapedTrace } from './shaped-trace.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Options of `limitTrace`. */
export interface LimitTraceOptions {
  /** Most requests that are kept: the first ones. */
  maxRequests: number;
}

/** Checks the options of `limitTrace`. */
export const limitTraceOptionsSchema: z.ZodType<LimitTraceOptions, LimitTraceOptions> = z.strictObject({
  maxRequests: z.int('must be a whole number').min(1, 'must be at least 1'),
});

/**
 * The first requests of a trace. It is read no further than that.
 *
 * @throws BenchmarkError `usage` for its options
 */
export const limitTrace = (reader: TraceReader, options: LimitTraceOptions): TraceReader => {
  const { maxRequests } = parseOptions(limitTraceOptionsSchema, options, 'limit');
  return shapedTrace(reader, (given) => {
    let count = 0;
    const rows = async function* (): AsyncGenerator<TraceRow> {
      for await (const row of given) {
        count++;
        yield row;
        if (count === maxRequests) return;
      }
    };
    return {
      rows: rows(),
      notes: () => (count === maxRequests ? [`the trace is read up to its limit of ${maxRequests} requests`] : []),
    };
  });
};
