import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import {
  type DatasetRecord,
  isMessagesRecord,
  isSessionRecord,
  type Synthesis,
  type TokenizerIdentity,
  type WorkloadEntry,
  type WorkloadRequest,
} from '@aibrix/schema';
import { ARRIVAL_PROCESSES } from '../arrivals/arrival-processes.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { turnText } from '../requests/turn-text.js';
import { toTimestamp } from '../timestamp.js';
import { type ScheduleOptions, scheduleOptionsSchema } from './options.js';

const GENERATOR = 'schedule';

/** Records, and where they are from as far as they say: a generated dataset does. */
export interface ScheduledRecords extends AsyncIterable<DatasetRecord> {
  readonly origin?:
    | {
        generator: string;
        options: Record<string, unknown>;
        seed: number | string | null;
        tokenizer?: TokenizerIdentity | undefined;
        synthesis?: Synthesis | undefined;
      }
    | undefined;
  findings?(): { statistics: Record<string, unknown>; notes: string[] };
}

const requestsOf = (record: DatasetRecord): WorkloadRequest[] => {
  if (isSessionRecord(record)) {
    return record.prompts.map((prompt, turn) => ({
      ...turnText(prompt, turn === 0 ? record.system || undefined : undefined),
      prompt_length: record.prompt_lengths?.[turn] ?? null,
      output_length: record.output_lengths?.[turn] ?? null,
      session_id: record.session_id,
      ...(record.completions?.[turn] !== undefined && { completion: record.completions[turn] }),
    }));
  }
  return [
    {
      ...(isMessagesRecord(record) ? { messages: record.messages } : { prompt: record.prompt }),
      prompt_length: record.token_count ?? null,
      output_length: record.completion_tokens ?? null,
      ...(record.completion != null && { completion: record.completion }),
    },
  ];
};

/**
 * The records of a dataset in their own order, an entry each, at the times of an arrival process: a workload straight from
 * a generator, with no file in between. Lengths are as the records state them. The turns of a session all stand at its
 * arrival; each is sent when the one before has ended.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; whatever the records throw
 */
export const scheduleRecords = (records: ScheduledRecords, options: ScheduleOptions): GeneratedWorkload => {
  const { seed, ...settings } = parseOptions(scheduleOptionsSchema, options, GENERATOR);
  const durationMs = settings.durationMs ?? Number.POSITIVE_INFINITY;
  return {
    // Asked anew each time: a table knows its columns only when it has been read.
    get origin() {
      const { origin } = records;
      return {
        generator: GENERATOR,
        options: {
          ...settings,
          dataset: origin && { generator: origin.generator, options: origin.options, seed: origin.seed },
        },
        seed,
        tokenizer: origin?.tokenizer,
        synthesis: origin?.synthesis,
      };
    },
    findings: () => records.findings?.() ?? { statistics: {}, notes: [] },
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const arrivals = ARRIVAL_PROCESSES[settings.arrivals]({
        ratePerSecond: settings.recordsPerSecond,
        random: createRandom(seed, 'arrivals'),
      });
      for await (const record of records) {
        const timestamp = toTimestamp(arrivals.next().value);
        if (timestamp >= durationMs) return;
        yield { timestamp, requests: requestsOf(record) };
      }
    },
  };
};
