import { readCsvRows } from '@aibrix/core/csv';
import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { millisecondsBetween, type PreciseTime, parsePreciseTime } from './precise-time.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

const COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;

const WHERE_TO_GET_IT =
  'Get AzureLLMInferenceTrace_conv.csv or AzureLLMInferenceTrace_code.csv from the folder data of the GitHub repository Azure/AzurePublicDataset.';

const tokensOf = (text: string, options: { column: string; minimum: number; location: InputLocation }): number => {
  const { column, minimum, location } = options;
  const tokens = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (tokens >= minimum && Number.isSafeInteger(tokens)) return tokens;
  throw new BenchmarkError('input', `${column} is "${text}"`, {
    location,
    hint: `It must be a whole number of tokens, at least ${minimum}. Mend or remove the row.`,
  });
};

const timeOf = (text: string, location: InputLocation): PreciseTime => {
  const time = parsePreciseTime(text);
  if (time) return time;
  throw new BenchmarkError('input', `TIMESTAMP is "${text}"`, {
    location,
    hint: 'It must look like 2023-11-16 18:15:46.6805900, with or without a zone. Mend or remove the row.',
  });
};

const readRows = async function* (path: string): AsyncGenerator<TraceRow> {
  let first: PreciseTime | undefined;
  let previousMs = 0;
  for await (const { values, location } of readCsvRows(path, { columns: COLUMNS })) {
    const time = timeOf(values.TIMESTAMP, location);
    first ??= time;
    const timeMs = millisecondsBetween(first, time);
    if (timeMs < previousMs) {
      throw new BenchmarkError('input', `TIMESTAMP ${values.TIMESTAMP} is earlier than the row before`, {
        location,
        hint: 'Sort the rows by time; the trace is read as a stream.',
      });
    }
    previousMs = timeMs;
    yield {
      timeMs,
      inputTokens: tokensOf(values.ContextTokens, { column: 'ContextTokens', minimum: 1, location }),
      outputTokens: tokensOf(values.GeneratedTokens, { column: 'GeneratedTokens', minimum: 0, location }),
    };
  }
};

/**
 * The Azure LLM inference traces: CSV with the columns `TIMESTAMP, ContextTokens, GeneratedTokens`; files of 2023 (no
 * zone, seven decimals) and of 2024 (zone suffix). Times are kept to the nanosecond.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 */
export const azureTrace = (path: string): TraceReader => ({
  name: path,
  async *[Symbol.asyncIterator]() {
    try {
      yield* readRows(path);
    } catch (error) {
      if (!BenchmarkError.is(error) || error.code !== 'file-not-found') throw error;
      throw new BenchmarkError('file-not-found', error.message, { cause: error, hint: WHERE_TO_GET_IT });
    }
  },
});
