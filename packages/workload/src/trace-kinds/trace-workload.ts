import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { toTimestamp } from '../timestamp.js';
import { checkedTrace } from '../trace/checked-trace.js';
import type { TraceReader, TraceRow } from '../trace/trace-reader.js';
import { type RowMaker, rowMaking } from './row-requests.js';
import { shapeTrace } from './shape-trace.js';
import { type TraceOptions, type TraceSettings, traceOptionsSchema } from './trace-options.js';

/** How a kind of trace differs from others. */
export interface TraceKind {
  /** Name in the manifest, such as `azure`. */
  generator: string;
  /** How far lengths of chosen prompts may be off at first, in percent. */
  tolerancePercent: number;
  /** Options of the kind's own, for the manifest. */
  options: Record<string, unknown>;
}

const TOLERANCE_PERCENT = 10;

/** A request's place in its chat; none where the trace does not say what goes on from what. */
const chatFields = ({ id, parentId, sessionId }: TraceRow): Partial<WorkloadRequest> => {
  if (id === undefined && parentId === undefined) return {};
  return {
    ...(id !== undefined && { id }),
    // The first of a chat has an empty list: it holds its whole context as the later ones do, and is no turn of a session.
    parents: parentId === undefined ? [] : [parentId],
    // What keeps a chat whole where a workload is divided.
    ...(sessionId !== undefined && { session_id: sessionId }),
  };
};

/** What a request has from its row besides lengths. */
const rowFields = (row: TraceRow, { keepModels, keepParents }: TraceSettings): Partial<WorkloadRequest> => ({
  ...(keepModels && row.model !== undefined && { model: row.model }),
  ...(keepParents && chatFields(row)),
  ...(row.tags !== undefined && { tags: row.tags }),
});

/** Some 31 years. */
const MAX_TIME_MS = 1e12;
/** No text has more. */
const MAX_TOKENS = 2 ** 31 - 1;

/** What was right in the trace may be beyond all bounds once it is scaled. */
const checkScaled = ({ inputTokens, outputTokens }: TraceRow, timestamp: number, file: string): void => {
  const bounds: [what: string, value: number, most: number][] = [
    ['time, in ms,', timestamp, MAX_TIME_MS],
    ['number of input tokens', inputTokens, MAX_TOKENS],
    ['number of output tokens', outputTokens ?? 0, MAX_TOKENS],
  ];
  for (const [what, value, most] of bounds) {
    if (value <= most) continue;
    throw new BenchmarkError('input', `a row's ${what} is ${value} when scaled`, {
      location: { file },
      hint: `It must be at most ${most}: mend the row, or scale by less.`,
    });
  }
};

/**
 * A trace as a workload, with settings that were checked.
 *
 * @throws BenchmarkError, while it is read, `input` with the reader's name and the row's number for a row that cannot be
 *   used; `input` for a trace without rows; whatever the reader throws
 */
export const replayTrace = (
  kind: TraceKind,
  reader: TraceReader,
  settings: TraceSettings,
  material: PromptMaterial,
): GeneratedWorkload => {
  const { seed, ...traceOptions } = settings;
  const checked = checkedTrace(reader);
  const shaped = shapeTrace(checked, settings);
  const requests = rowMaking(material, { ...kind, blockTokens: reader.blockTokens, settings });
  const durationMs = settings.durationMs ?? Number.POSITIVE_INFINITY;
  const maxRequests = settings.maxRequests ?? Number.POSITIVE_INFINITY;
  let maker: RowMaker | undefined;
  let endNotes: string[] = [];
  let withoutOutput = 0;

  const entries = async function* (): AsyncGenerator<WorkloadEntry> {
    const running = requests.start();
    maker = running;
    endNotes = [];
    withoutOutput = 0;
    let count = 0;
    let last: number | undefined;
    for await (const row of shaped) {
      const timestamp = toTimestamp(row.timeMs);
      if (count === maxRequests) return;
      if (timestamp >= durationMs) {
        endNotes = [`the trace goes on after ${durationMs} ms, the duration, where it is cut`];
        return;
      }
      checkScaled(row, timestamp, reader.name);
      count++;
      last = timestamp;
      if (row.outputTokens === 0) withoutOutput++;
      const made = running.next(row);
      const request = { ...(made instanceof Promise ? await made : made), ...rowFields(row, settings) };
      yield { timestamp, requests: [request] };
    }
    if (last === undefined) {
      throw new BenchmarkError('input', 'the trace has no rows', {
        location: { file: reader.name },
        ...(shaped !== checked && { hint: 'Shaping may have left none: look at fromMs and sampleShare.' }),
      });
    }
    if (Number.isFinite(durationMs)) {
      endNotes.push(`the trace ends at ${last} ms, before the duration of ${durationMs} ms`);
    }
  };

  return {
    // Asked anew each time: a file is known by its hash only when it has been read.
    get origin() {
      return {
        generator: kind.generator,
        options: { ...kind.options, ...shaped.identity?.(), ...traceOptions, dataset: requests.dataset },
        seed,
        tokenizer: requests.tokenizer,
        synthesis: requests.synthesis,
      };
    },
    findings() {
      const { statistics, notes } = maker?.findings() ?? { statistics: {}, notes: [] };
      return {
        statistics,
        notes: [
          ...(shaped.notes?.() ?? []),
          ...endNotes,
          ...countNote('rows that ask for no output tokens', withoutOutput),
          ...notes,
        ],
      };
    },
    // An entry a row, so that memory does not depend on how many rows share a time.
    [Symbol.asyncIterator]: entries,
  };
};

/**
 * The requests of any trace, each at its own time: for readers of your own. Output lengths are the trace's; prompts are of
 * its lengths, or consist of its blocks (`lengthMode: 'exact'`). Each row has an entry.
 *
 * @param material a prompt pool (`match`) or a prompt source (`exact`)
 * @throws BenchmarkError `usage` that names every problem of the options, or the material that is missing; while it is
 *   read, `input` for a trace without rows, and with the reader's name and the row's number for a row that cannot be used;
 *   whatever the reader throws
 */
export const traceWorkload = (
  reader: TraceReader,
  options: TraceOptions,
  material: PromptMaterial,
): GeneratedWorkload => {
  const settings = parseOptions(traceOptionsSchema, options, 'trace');
  const kind = { generator: 'trace', tolerancePercent: TOLERANCE_PERCENT, options: { trace: reader.name } };
  return replayTrace(kind, reader, settings, material);
};
