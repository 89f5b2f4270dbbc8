import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { countNote } from '../count-note.js';
import type { FileBytes } from '../hashed-reading.js';
import { blockRow } from './block-row.js';
import { fileTraceReader, type TraceReading } from './file-trace-reader.js';
import { excerpt } from './row-values.js';
import type { TimeOrder } from './time-order.js';
import type { ReadTraceOptions, TraceReader, TraceRow } from './trace-reader.js';

const BLOCK_TOKENS = 16;
/** What a first turn has for a parent. */
const NO_PARENT = -1;

const WHERE_TO_GET_IT =
  'Get qwen_traceA_blksz_16.jsonl or another of its traces from the GitHub repository alibaba-edu/qwen-bailian-usagetraces-anon.';

const chatIn = (value: unknown, name: string, location: InputLocation): number => {
  if (Number.isSafeInteger(value)) return value as number;
  throw new BenchmarkError('input', `${name} is ${excerpt(value)}`, {
    location,
    hint: 'It must be a whole number: the name of a request. Mend or remove the row.',
  });
};

/** What a row says of itself, without what it does not. */
const tagsOf = ({ type, turn }: Record<string, unknown>): Pick<TraceRow, 'tags'> =>
  type === undefined && turn === undefined
    ? {}
    : { tags: { ...(type !== undefined && { type }), ...(turn !== undefined && { turn }) } };

const start = ({ chunks, name, signal }: FileBytes, order: TimeOrder): TraceReading => {
  let orphans = 0;
  let repeated = 0;

  const rows = async function* (): AsyncGenerator<TraceRow> {
    /** Of each request, the first one of its conversation. */
    const roots = new Map<number, number>();
    for await (const record of readJsonlRecords(chunks, { name, signal })) {
      const { location } = record;
      const { fields, ...row } = blockRow(record, { msPerUnit: 1000, blockTokens: BLOCK_TOKENS });
      order.check(row.timeMs, { shown: `timestamp ${fields.timestamp}`, location });
      const chat = chatIn(fields.chat_id, 'chat_id', location);
      const parent = chatIn(fields.parent_chat_id ?? NO_PARENT, 'parent_chat_id', location);
      const isFirst = parent === NO_PARENT;
      const isKnown = !isFirst && roots.has(parent);
      if (!isFirst && !isKnown) orphans++;
      // A parent outside of the file still tells which requests belong together.
      const sessionId = isFirst ? chat : (roots.get(parent) ?? parent);
      const isNew = !roots.has(chat);
      if (isNew) roots.set(chat, sessionId);
      else repeated++;
      yield {
        ...row,
        sessionId,
        ...(isNew && { id: `${chat}` }),
        ...(isKnown && { parentId: `${parent}` }),
        ...tagsOf(fields),
      };
    }
  };
  return {
    rows: rows(),
    notes: () => [
      ...countNote('requests whose parent does not stand before them in the trace', orphans),
      ...countNote('requests with a chat_id that came before, which are left without a name', repeated),
    ],
  };
};

/**
 * The Qwen-Bailian traces: JSONL with `timestamp` in seconds from the start, `input_length`, `output_length`, `hash_ids`
 * (each the name of a block of 16 tokens; as many as the length needs), `chat_id`, `parent_chat_id` (−1 for the first turn
 * of a conversation), `turn` and `type`.
 *
 * A session is called after the first request of the conversation, as far back as the trace names it. `type` and `turn`
 * become tags. Which request belongs to which session is kept in memory, some 50 bytes a request.
 *
 * @param path a file (`.gz` and `.zst` are decompressed), or `-` for stdin
 */
export const qwenBailianTrace = (path: string, { signal }: ReadTraceOptions = {}): TraceReader =>
  fileTraceReader({
    path,
    signal,
    blockTokens: BLOCK_TOKENS,
    whereToGetIt: WHERE_TO_GET_IT,
    start,
  });
