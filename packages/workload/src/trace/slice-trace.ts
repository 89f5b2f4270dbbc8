import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import { shapedTrace } from './shaped-trace.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Options of `sliceTrace`. */
export interface SliceTraceOptions {
  /** First time of the trace that is kept; times count from here. Default 0. */
  fromMs?: number | undefined;
  /** First time that is not kept any more; null: to the end. Default null. */
  toMs?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface SliceTraceSettings {
  fromMs: number;
  toMs: number | null;
}

/** Checks the options of `sliceTrace` and fills in defaults. */
export const sliceTraceOptionsSchema: z.ZodType<SliceTraceSettings, SliceTraceOptions> = z
  .strictObject({
    fromMs: z.number().nonnegative('must not be negative').default(0),
    toMs: z.number().nullable().default(null),
  })
  .refine(({ fromMs, toMs }) => toMs === null || toMs > fromMs, {
    path: ['toMs'],
    message: 'must be above fromMs',
  });

/**
 * The part of a trace from one time to another. A request whose parent comes before the part goes on without it; the names
 * of requests before it are kept in memory, where a trace has names.
 *
 * @throws BenchmarkError `usage` that names every problem of the options
 */
export const sliceTrace = (reader: TraceReader, options: SliceTraceOptions): TraceReader => {
  const { fromMs, toMs } = parseOptions(sliceTraceOptionsSchema, options, 'slice');
  const end = toMs ?? Number.POSITIVE_INFINITY;
  return shapedTrace(reader, (given) => {
    const before = new Set<string>();
    let early = 0;
    let parted = 0;
    let isCut = false;
    const rows = async function* (): AsyncGenerator<TraceRow> {
      for await (const row of given) {
        if (row.timeMs >= end) {
          isCut = true;
          return;
        }
        if (row.timeMs < fromMs) {
          early++;
          if (row.id !== undefined) before.add(row.id);
          continue;
        }
        const timeMs = row.timeMs - fromMs;
        if (row.parentId === undefined || !before.has(row.parentId)) {
          yield { ...row, timeMs };
          continue;
        }
        parted++;
        const { parentId, ...rest } = row;
        yield { ...rest, timeMs };
      }
    };
    return {
      rows: rows(),
      notes: () => [
        ...countNote(`requests before ${fromMs} ms, left out`, early),
        ...countNote('requests whose parent is among those', parted),
        ...(isCut ? [`requests from ${end} ms on are left out`] : []),
      ],
    };
  });
};
