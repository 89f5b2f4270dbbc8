import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { parseOptions } from '@aibrix/core/validation';
import { type RequestResult, requestResultSchema } from '@aibrix/schema';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import type { FileBytes } from '../hashed-reading.js';
import { orderedTraceReader, type TraceReading } from './file-trace-reader.js';
import { createResultColumns } from './result-columns.js';
import { tokensOfValue } from './row-values.js';
import type { ReadTraceOptions, TraceReader, TraceRow } from './trace-reader.js';

/** Options of `resultsTrace`. */
export interface ResultsTraceOptions {
  /**
   * Which time of a result is replayed: `planned`, when the workload wanted it, or `start`, when it was sent. The other one
   * where a result lacks it. Default `planned`.
   */
  clock?: 'planned' | 'start' | undefined;
}

/** The options with defaults filled in. */
export interface ResultsTraceSettings {
  clock: 'planned' | 'start';
}

/** The fields of a schema for these. */
export const resultsTraceOptionsShape: { clock: z.ZodDefault<z.ZodEnum<{ planned: 'planned'; start: 'start' }>> } = {
  clock: z.enum(['planned', 'start']).default('planned'),
};

/** Checks the options of `resultsTrace` and fills in defaults. */
export const resultsTraceOptionsSchema: z.ZodType<ResultsTraceSettings, ResultsTraceOptions> =
  z.strictObject(resultsTraceOptionsShape);

interface ReplayedResult {
  timeSeconds: number;
  inputTokens: number;
  outputTokens: number | null;
}

/** What a reading left out or took otherwise. */
interface Tally {
  errors: number;
  withoutLength: number;
  withoutTime: number;
  otherClock: number;
  cutLines: number;
  outOfOrder: number;
}

const tokensIn = (
  value: number | null | undefined,
  rule: { name: string; minimum: number; location: InputLocation },
): number | null => (value == null ? null : tokensOfValue(value, rule));

const timeIn = (value: number | null | undefined, name: string, location: InputLocation): number | null => {
  if (value == null || (Number.isFinite(value) && value >= 0)) return value ?? null;
  throw new BenchmarkError('input', `${name} is ${value}`, {
    location,
    hint: 'It must be seconds since the Unix epoch. Mend or remove the line.',
  });
};

/** Lengths that were measured; of a failure, those that were planned. */
const lengthsOf = (
  result: RequestResult,
  location: InputLocation,
): { inputTokens: number | null; outputTokens: number | null } => {
  const plannedInput = tokensIn(result.prompt_length_planned, { name: 'prompt_length_planned', minimum: 1, location });
  const plannedOutput = tokensIn(result.output_length_planned, { name: 'output_length_planned', minimum: 0, location });
  if (result.status === 'error') return { inputTokens: plannedInput, outputTokens: plannedOutput };
  return {
    // A server that does not count says 0.
    inputTokens: tokensIn(result.prompt_tokens, { name: 'prompt_tokens', minimum: 0, location }) || plannedInput,
    outputTokens: tokensIn(result.output_tokens, { name: 'output_tokens', minimum: 0, location }) ?? plannedOutput,
  };
};

const replayed = (
  result: RequestResult,
  location: InputLocation,
  { clock, tally }: ResultsTraceSettings & { tally: Tally },
): ReplayedResult | undefined => {
  const { inputTokens, outputTokens } = lengthsOf(result, location);
  const planned = timeIn(result.planned_time, 'planned_time', location);
  const start = timeIn(result.start_time, 'start_time', location);
  const [wanted, other] = clock === 'planned' ? [planned, start] : [start, planned];
  const timeSeconds = wanted ?? other;
  if (timeSeconds === null) {
    tally.withoutTime++;
    return undefined;
  }
  if (inputTokens === null) {
    tally.withoutLength++;
    return undefined;
  }
  if (wanted === null) tally.otherClock++;
  if (result.status === 'error') tally.errors++;
  return { timeSeconds, inputTokens, outputTokens };
};

const notesOf = (tally: Tally, { clock }: ResultsTraceSettings): string[] => [
  ...countNote('results in order of their end, which were put in order of time', tally.outOfOrder),
  ...countNote('failed requests, replayed with the lengths that were planned', tally.errors),
  ...countNote('results without a prompt length, left out', tally.withoutLength),
  ...countNote('results without a time, left out', tally.withoutTime),
  ...countNote(
    `results without a ${clock} time, replayed at their ${clock === 'planned' ? 'start' : 'planned'} time`,
    tally.otherClock,
  ),
  ...countNote('last lines that were cut off, left out', tally.cutLines),
];

const start = ({ chunks, name, signal }: FileBytes, { clock }: ResultsTraceSettings): TraceReading => {
  const tally: Tally = { errors: 0, withoutLength: 0, withoutTime: 0, otherClock: 0, cutLines: 0, outOfOrder: 0 };
  const rows = async function* (): AsyncGenerator<TraceRow> {
    const columns = createResultColumns();
    const records = readJsonlRecords(chunks, {
      schema: requestResultSchema,
      name,
      signal,
      onMalformed(error, { isTerminated }) {
        if (isTerminated) throw error;
        tally.cutLines++;
      },
    });
    for await (const { value: result, location } of records) {
      const row = replayed(result, location, { clock, tally });
      if (row) columns.add({ ...row, sessionId: result.session_id, model: result.model });
    }
    const ordered = columns.inOrder();
    tally.outOfOrder = ordered.outOfOrder;
    yield* ordered.rows();
  };
  return { rows: rows(), notes: () => notesOf(tally, { clock }) };
};

/**
 * What a client measured, as a trace: JSONL of results of our client or of the Python tool. Lengths are the server's counts
 * (`prompt_tokens`, so a later turn's includes its history); a failed request is replayed with the lengths that were
 * planned, and left out where those are not known. Times count from the earliest.
 *
 * Results stand in the order in which requests ended, so all are read and sorted first: 44 bytes a result, and the
 * names of sessions and models.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 * @throws BenchmarkError `usage` for its options
 */
export const resultsTrace = (path: string, options: ResultsTraceOptions & ReadTraceOptions = {}): TraceReader => {
  const { signal, ...own } = options;
  const settings = parseOptions(resultsTraceOptionsSchema, own, 'results');
  return orderedTraceReader({ path, signal, start: (file) => start(file, settings) });
};
