import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, type Draw } from '@aibrix/core/random';
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
import { shapeOf } from '../arrivals/arrival-options.js';
import { createArrivals } from '../arrivals/create-arrivals.js';
import { createRate } from '../arrivals/create-rate.js';
import { createRequestCache, type RequestCache } from '../cache-figures/request-cache.js';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { CacheTokenizer } from '../requests/prompt-material.js';
import { turnText } from '../requests/turn-text.js';
import { toTimestamp } from '../timestamp.js';
import { createKeySet } from '../tools/key-set.js';
import { type ScheduleOptions, scheduleOptionsSchema } from './options.js';
import { drawThinkTime } from './think-time.js';

const GENERATOR = 'schedule';

/** Records, and where they are from as far as they say: a generated dataset does. */
export interface ScheduledRecords extends AsyncIterable<DatasetRecord> {
  /** Their path, for messages. */
  readonly name?: string | undefined;
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

/** What stands in a request where texts are left out. */
const withoutText = ({ prompt: _, messages: __, completion: ___, ...request }: WorkloadRequest): WorkloadRequest =>
  request;

const requestsOf = (record: DatasetRecord, thinkTimeMs: Draw | null): WorkloadRequest[] => {
  if (isSessionRecord(record)) {
    return record.prompts.map((prompt, turn) => ({
      ...turnText(prompt, turn === 0 ? record.system || undefined : undefined),
      prompt_length: record.prompt_lengths?.[turn] ?? null,
      output_length: record.output_lengths?.[turn] ?? null,
      session_id: record.session_id,
      ...(turn > 0 && thinkTimeMs && { delay_ms: thinkTimeMs() }),
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
 * arrival; each is sent when the one before has ended, and its think time (`delay_ms`) is over.
 *
 * @param material a tokenizer, so that the manifest can say what a prefix cache would find
 * @throws BenchmarkError `usage` that names every problem of the options; whatever the records throw
 */
export const scheduleRecords = (
  records: ScheduledRecords,
  options: ScheduleOptions,
  material: { tokenizer?: CacheTokenizer | undefined } = {},
): GeneratedWorkload => {
  const { seed, ...settings } = parseOptions(scheduleOptionsSchema, options, GENERATOR);
  const { arrivals: process } = settings;
  const shape = shapeOf(settings);
  const rate = createRate({ kind: 'constant', rate_rps: settings.recordsPerSecond });
  const maxRequests = settings.maxRequests ?? Number.POSITIVE_INFINITY;
  const encoder = settings.withText ? material.tokenizer : undefined;
  let cache: RequestCache | undefined;
  let sessions = createKeySet();
  let repeated = 0;
  let endNotes: string[] = [];
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
        arrivals: { of: 'records' as const, process, shape, rate: rate.description },
        tokenizer: origin?.tokenizer ?? (encoder && { name: encoder.name, sha256: encoder.sha256 }),
        synthesis: origin?.synthesis,
      };
    },
    findings() {
      const { statistics, notes } = records.findings?.() ?? { statistics: {}, notes: [] };
      const cached = cache && { ideal_prefix_cache: cache.figures() };
      return {
        statistics: { ...statistics, ...(sessions.size > 0 && { sessions: sessions.size }), ...cached },
        notes: [
          ...notes,
          ...endNotes,
          ...countNote('sessions with an id that was there before, which become one conversation', repeated),
        ],
      };
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const arrivals = createArrivals({ process, shape, rate, random: createRandom(seed, 'arrivals') });
      const thinkTimeMs = settings.thinkTime && drawThinkTime(settings.thinkTime, createRandom(seed, 'think-time'));
      cache = encoder && createRequestCache(encoder);
      sessions = createKeySet();
      repeated = 0;
      endNotes = [];
      let count = 0;
      let last: number | undefined;
      for await (const record of records) {
        const arrival = arrivals.next();
        const timestamp = arrival.done ? durationMs : toTimestamp(arrival.value);
        if (timestamp >= durationMs || count >= maxRequests) return;
        const whole = requestsOf(record, thinkTimeMs);
        const requests = (settings.withText ? whole : whole.map(withoutText)).slice(0, maxRequests - count);
        for (const request of requests) cache?.add(request);
        if (isSessionRecord(record) && !sessions.add(String(record.session_id))) repeated++;
        count += requests.length;
        last = timestamp;
        yield { timestamp, requests };
      }
      if (last === undefined) {
        throw new BenchmarkError('input', 'the dataset has no records', {
          hint: 'Run the dataset stage first.',
          ...(records.name !== undefined && { location: { file: records.name } }),
        });
      }
      if (Number.isFinite(durationMs)) {
        endNotes = [`the dataset ends with the record at ${last} ms, before the duration of ${durationMs} ms`];
      }
    },
  };
};
