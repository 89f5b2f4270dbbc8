import { readJsonlRecords } from '@aibrix/core/jsonl';
import type { FileBytes } from '../hashed-reading.js';
import { blockRow } from './block-row.js';
import { fileTraceReader } from './file-trace-reader.js';
import type { TimeOrder } from './time-order.js';
import type { ReadTraceOptions, TraceReader, TraceRow } from './trace-reader.js';

const BLOCK_TOKENS = 512;

const WHERE_TO_GET_IT =
  'Get conversation_trace.jsonl, synthetic_trace.jsonl or toolagent_trace.jsonl from the folder FAST25-release/traces of the GitHub repository kvcache-ai/Mooncake, or have it downloaded with --trace-type conversation, synthetic or toolagent (ensureTrace).';

const readRows = async function* ({ chunks, name, signal }: FileBytes, order: TimeOrder): AsyncGenerator<TraceRow> {
  for await (const record of readJsonlRecords(chunks, { name, signal })) {
    const { timeMs, inputTokens, outputTokens, blocks } = blockRow(record, { msPerUnit: 1, blockTokens: BLOCK_TOKENS });
    order.check(timeMs, { shown: `timestamp ${timeMs}`, location: record.location });
    yield { timeMs, inputTokens, outputTokens, blocks };
  }
};

/**
 * The Mooncake traces (FAST'25; `conversation`, `synthetic` and `toolagent` alike): JSONL with `timestamp` in milliseconds
 * from the start, `input_length`, `output_length` and `hash_ids`, each the name of a block of 512 tokens. The last block
 * may be cut: n ids mean (n − 1)·512 < `input_length` ≤ n·512.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 */
export const mooncakeTrace = (path: string, { signal }: ReadTraceOptions = {}): TraceReader =>
  fileTraceReader({
    path,
    signal,
    blockTokens: BLOCK_TOKENS,
    whereToGetIt: WHERE_TO_GET_IT,
    start: (file, order) => ({ rows: readRows(file, order), notes: () => [] }),
  });
