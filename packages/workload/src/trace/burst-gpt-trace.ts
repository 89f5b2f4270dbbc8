import { readCsvRows } from '@aibrix/core/csv';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import type { FileBytes } from '../hashed-reading.js';
import { fileTraceReader, type TraceReading } from './file-trace-reader.js';
import { timeOfText, tokensOfText } from './row-values.js';
import type { TimeOrder } from './time-order.js';
import type { ReadTraceOptions, TraceReader, TraceRow } from './trace-reader.js';

/** Options of `burstGptTrace`. */
export interface BurstGptOptions {
  /**
   * Whether requests that failed (no response tokens) are kept, with an unknown output length; otherwise they are left
   * out. Default false.
   */
  keepFailed?: boolean | undefined;
}

/** The options with defaults filled in. */
export interface BurstGptSettings {
  keepFailed: boolean;
}

/** The fields of a schema for these. */
export const burstGptOptionsShape: { keepFailed: z.ZodDefault<z.ZodBoolean> } = {
  keepFailed: z.boolean().default(false),
};

/** Checks the options of `burstGptTrace` and fills in defaults. */
export const burstGptOptionsSchema: z.ZodType<BurstGptSettings, BurstGptOptions> = z.strictObject(burstGptOptionsShape);

const REQUIRED = ['Timestamp', 'Model', 'Request tokens', 'Response tokens'] as const;
/** Some files have them, some have not. */
const OPTIONAL = ['Session ID', 'Log Type'] as const;

type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

const WHERE_TO_GET_IT =
  'Get BurstGPT_1.csv or another of its traces from the releases of the GitHub repository HPMLL/BurstGPT.';

const start = (file: FileBytes, order: TimeOrder, { keepFailed }: BurstGptSettings): TraceReading => {
  let firstMs: number | undefined;
  let failed = 0;
  let withoutInput = 0;

  const rows = async function* (): AsyncGenerator<TraceRow> {
    const read = readCsvRows<Column>(file.chunks, {
      name: file.name,
      signal: file.signal,
      columns: ({ names }) => [...REQUIRED, ...OPTIONAL.filter((name) => names.includes(name))],
    });
    for await (const { values, location } of read) {
      const statedMs = timeOfText(values.Timestamp, { name: 'Timestamp', location });
      firstMs ??= statedMs;
      order.check(statedMs, { shown: `Timestamp ${values.Timestamp}`, location });
      const inputTokens = tokensOfText(values['Request tokens'], { name: 'Request tokens', minimum: 0, location });
      const outputTokens = tokensOfText(values['Response tokens'], { name: 'Response tokens', minimum: 0, location });
      if (outputTokens === 0) failed++;
      if (outputTokens === 0 && !keepFailed) continue;
      if (inputTokens === 0) {
        withoutInput++;
        continue;
      }
      const sessionId = values['Session ID'];
      const logType = values['Log Type'];
      yield {
        // Both are whole nanoseconds; their difference is made so again.
        timeMs: Math.round((statedMs - firstMs) * 1e6) / 1e6,
        inputTokens,
        // A failure does not say how long its answer would have been.
        outputTokens: outputTokens === 0 ? null : outputTokens,
        ...(sessionId && { sessionId }),
        ...(values.Model && { model: values.Model }),
        ...(logType && { tags: { log_type: logType } }),
      };
    }
  };
  return {
    rows: rows(),
    notes: () => [
      ...(firstMs ? [`times count from the first row, which the trace has at ${firstMs / 1000} s`] : []),
      ...countNote(`failed requests, ${keepFailed ? 'kept without an output length' : 'left out'}`, failed),
      ...countNote('requests without tokens, left out', withoutInput),
    ],
  };
};

/**
 * The BurstGPT traces: CSV with the columns `Timestamp` (seconds since the first day of the collection), `Model`, `Request
 * tokens` and `Response tokens`, in the newer files also `Session ID`; other columns are passed over, `Log Type` becomes a
 * tag. Times count from the first row of the file, because later files begin months after the collection.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 * @throws BenchmarkError `usage` for its options
 */
export const burstGptTrace = (path: string, options: BurstGptOptions & ReadTraceOptions = {}): TraceReader => {
  const { signal, ...own } = options;
  const settings = parseOptions(burstGptOptionsSchema, own, 'burst_gpt');
  return fileTraceReader({
    path,
    signal,
    whereToGetIt: WHERE_TO_GET_IT,
    start: (file, order) => start(file, order, settings),
  });
};
