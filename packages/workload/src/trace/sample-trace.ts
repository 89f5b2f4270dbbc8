import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { shapedTrace } from './shaped-trace.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Options of `sampleTrace`. */
export interface SampleTraceOptions {
  /** Share of the sessions that is kept, above 0 and at most 1. */
  share: number;
  /** Same seed, same sessions. Default 0. */
  seed?: number | string | undefined;
}

/** The options with defaults filled in. */
export interface SampleTraceSettings {
  share: number;
  seed: number | string;
}

/** Checks the options of `sampleTrace` and fills in defaults. */
export const sampleTraceOptionsSchema: z.ZodType<SampleTraceSettings, SampleTraceOptions> = z.strictObject({
  share: z.number().positive('must be above 0').max(1, 'must be at most 1'),
  seed: z.union([z.number(), z.string()]).default(0),
});

/**
 * A part of a trace in which each session is kept whole or not at all; requests of no session are taken one by one.
 * Whether a session is kept depends on the seed and its id alone, so a larger share holds all of a smaller one, and nothing
 * is kept in memory. A request and its parent are kept together where they are of one session.
 *
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const sampleTrace = (reader: TraceReader, options: SampleTraceOptions): TraceReader => {
  const { share, seed } = parseOptions(sampleTraceOptionsSchema, options, 'sample');
  return shapedTrace(reader, (given) => {
    // One number for each request of no session, whether it is kept or not: the n-th one is always judged by the n-th.
    const requests = createRandom(seed, 'sample/requests');
    let read = 0;
    let kept = 0;
    const isKept = ({ sessionId }: TraceRow): boolean => {
      const random = sessionId === undefined ? requests : createRandom(seed, `sample/${JSON.stringify(sessionId)}`);
      return random.next() < share;
    };
    const rows = async function* (): AsyncGenerator<TraceRow> {
      for await (const row of given) {
        read++;
        if (!isKept(row)) continue;
        kept++;
        yield row;
      }
    };
    return {
      rows: rows(),
      notes: () => (kept < read ? [`requests left out of the sample: ${read - kept} of ${read}`] : []),
    };
  });
};
