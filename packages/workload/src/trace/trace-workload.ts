import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload, WorkloadOrigin } from '../generated-workload.js';
import type { RequestMaker, RequestMaking } from '../requests/request-maker.js';
import { toTimestamp } from '../timestamp.js';
import type { TraceReader } from './trace-reader.js';

/**
 * A workload with an entry for each row of a trace, at the row's own time. Output lengths are the trace's; prompts are of
 * the trace's lengths, as nearly as `requests` makes them.
 *
 * @param durationMs rows from this time on are left out; null takes all
 */
export const traceWorkload = (
  reader: TraceReader,
  options: {
    origin: Omit<WorkloadOrigin, 'tokenizer' | 'synthesis'>;
    durationMs: number | null;
    requests: RequestMaking;
  },
): GeneratedWorkload => {
  const { origin, requests } = options;
  const durationMs = options.durationMs ?? Number.POSITIVE_INFINITY;
  let maker: RequestMaker | undefined;
  let endNotes: string[] = [];

  return {
    origin: {
      ...origin,
      options: { ...origin.options, dataset: requests.dataset },
      tokenizer: requests.tokenizer,
      synthesis: requests.synthesis,
    },
    findings() {
      const { statistics, notes } = maker?.findings() ?? { statistics: {}, notes: [] };
      return { statistics, notes: [...endNotes, ...notes] };
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const running = requests.start();
      maker = running;
      endNotes = [];
      let last: number | undefined;
      for await (const row of reader) {
        const timestamp = toTimestamp(row.timeMs);
        if (timestamp >= durationMs) return;
        last = timestamp;
        const target = { promptTokens: row.inputTokens, outputTokens: row.outputTokens };
        yield { timestamp, requests: [await running.next(target)] };
      }
      if (last === undefined) {
        throw new BenchmarkError('input', 'the trace has no rows', { location: { file: reader.name } });
      }
      if (Number.isFinite(durationMs)) {
        endNotes.push(`the trace ends at ${last} ms, before the duration of ${durationMs} ms`);
      }
    },
  };
};
