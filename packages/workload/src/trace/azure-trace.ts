import { readCsvRows } from '@aibrix/core/csv';
import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { countNote } from '../count-note.js';
import type { FileBytes } from '../hashed-reading.js';
import { fileTraceReader, type TraceReading } from './file-trace-reader.js';
import { millisecondsBetween, type PreciseTime, parsePreciseTime } from './precise-time.js';
import { tokensOfText } from './row-values.js';
import type { TimeOrder } from './time-order.js';
import type { ReadTraceOptions, TraceReader, TraceRow } from './trace-reader.js';

const COLUMNS = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;
const IMAGES = 'NumImages';

const WHERE_TO_GET_IT =
  'Get AzureLLMInferenceTrace_conv.csv or AzureLLMInferenceTrace_code.csv from the folder data of the GitHub repository Azure/AzurePublicDataset, or have it downloaded with --trace-type conv or code (ensureTrace).';

const timeOf = (text: string, location: InputLocation): PreciseTime => {
  const time = parsePreciseTime(text);
  if (time) return time;
  throw new BenchmarkError('input', `TIMESTAMP is "${text}"`, {
    location,
    hint: 'It must look like 2023-11-16 18:15:46.6805900, with or without a zone. Mend or remove the row.',
  });
};

const start = (file: FileBytes, order: TimeOrder): TraceReading => {
  let isMultimodal = false;
  let passedOver: string[] = [];
  let withImages = 0;

  const rows = async function* (): AsyncGenerator<TraceRow> {
    let first: PreciseTime | undefined;
    const read = readCsvRows<(typeof COLUMNS)[number] | typeof IMAGES>(file.chunks, {
      name: file.name,
      signal: file.signal,
      columns({ names }) {
        isMultimodal = names.includes(IMAGES);
        passedOver = names.filter((name) => name !== IMAGES && !(COLUMNS as readonly string[]).includes(name));
        return isMultimodal ? [...COLUMNS, IMAGES] : COLUMNS;
      },
    });
    for await (const { values, location } of read) {
      const time = timeOf(values.TIMESTAMP, location);
      first ??= time;
      const timeMs = millisecondsBetween(first, time);
      order.check(timeMs, { shown: `TIMESTAMP ${values.TIMESTAMP}`, location });
      const inputTokens = tokensOfText(values.ContextTokens, { name: 'ContextTokens', minimum: 1, location });
      const outputTokens = tokensOfText(values.GeneratedTokens, { name: 'GeneratedTokens', minimum: 0, location });
      if (isMultimodal && tokensOfText(values.NumImages, { name: IMAGES, minimum: 0, location }) > 0) withImages++;
      yield { timeMs, inputTokens, outputTokens };
    }
  };
  return {
    rows: rows(),
    notes: () => [
      ...countNote('rows with images, which are passed over (their tokens are counted)', withImages),
      ...(passedOver.length > 0 ? [`columns passed over: ${passedOver.join(', ')}`] : []),
    ],
  };
};

/**
 * The Azure LLM inference traces: CSV with the columns `TIMESTAMP, ContextTokens, GeneratedTokens`; files of 2023 (no
 * zone, seven decimals), of 2024 (zone suffix) and of 2025 (multimodal, with the column `NumImages`, which is passed over
 * with a note). Times are kept to the nanosecond, and count from the first row.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 */
export const azureTrace = (path: string, { signal }: ReadTraceOptions = {}): TraceReader =>
  fileTraceReader({ path, signal, whereToGetIt: WHERE_TO_GET_IT, start });
