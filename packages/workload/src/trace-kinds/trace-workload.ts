import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { toTimestamp } from '../timestamp.js';
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

/** What a request has from its row besides lengths. */
const rowFields = (row: TraceRow, { keepModels, keepParents }: TraceSettings): Partial<WorkloadRequest> => ({
  ...(keepModels && row.model !== undefined && { model: row.model }),
  ...(keepParents && row.id !== undefined && { id: row.id }),
  ...(keepParents && row.parentId !== undefined && { parents: [row.parentId] }),
});

/** A trace as a workload, with settings that were checked. */
export const replayTrace = (
  kind: TraceKind,
  reader: TraceReader,
  settings: TraceSettings,
  material: PromptMaterial,
): GeneratedWorkload => {
  const { seed, ...traceOptions } = settings;
  const shaped = shapeTrace(reader, settings);
  const requests = rowMaking(material, { ...kind, blockTokens: reader.blockTokens, settings });
  const durationMs = settings.durationMs ?? Number.POSITIVE_INFINITY;
  const maxRequests = settings.maxRequests ?? Number.POSITIVE_INFINITY;
  let maker: RowMaker | undefined;
  let endNotes: string[] = [];

  const entries = async function* (): AsyncGenerator<WorkloadEntry> {
    const running = requests.start();
    maker = running;
    endNotes = [];
    let count = 0;
    let last: number | undefined;
    for await (const row of shaped) {
      const timestamp = toTimestamp(row.timeMs);
      if (timestamp >= durationMs || count === maxRequests) return;
      count++;
      last = timestamp;
      const made = running.next(row);
      const request = { ...(made instanceof Promise ? await made : made), ...rowFields(row, settings) };
      yield { timestamp, requests: [request] };
    }
    if (last === undefined) {
      throw new BenchmarkError('input', 'the trace has no rows', {
        location: { file: reader.name },
        ...(shaped !== reader && { hint: 'Shaping may have left none: look at fromMs and sampleShare.' }),
      });
    }
    if (Number.isFinite(durationMs)) {
      endNotes.push(`the trace ends at ${last} ms, before the duration of ${durationMs} ms`);
    }
  };

  return {
    origin: {
      generator: kind.generator,
      options: { ...kind.options, ...traceOptions, dataset: requests.dataset },
      seed,
      tokenizer: requests.tokenizer,
      synthesis: requests.synthesis,
    },
    findings() {
      const { statistics, notes } = maker?.findings() ?? { statistics: {}, notes: [] };
      return { statistics, notes: [...(shaped.notes?.() ?? []), ...endNotes, ...notes] };
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
 *   read, `input` for a trace without rows, and whatever the reader throws
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
