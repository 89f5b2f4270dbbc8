import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import { toTimestamp } from '../timestamp.js';
import { eventsOf, withEvents } from './entry-events.js';
import { plannedNotes, removePlanned } from './planned-figures.js';
import { idOf } from './request-key.js';
import { hasText } from './request-text.js';
import { type EntryTransform, transformWorkload } from './transform-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'scale';

/** Options of `scaleWorkload`: factors. */
export interface ScaleOptions {
  /** What times are multiplied with: 2 takes twice as long. Not together with `rate`. */
  time?: number | undefined;
  /** What times are divided by: 2 sends twice as many requests a second. */
  rate?: number | undefined;
  /** What output lengths are multiplied with. Default 1. */
  outputLengths?: number | undefined;
  /** What prompt lengths are multiplied with; only for requests without text. Default 1. */
  promptLengths?: number | undefined;
}

/** The options with defaults filled in. */
export interface ScaleSettings {
  time?: number | undefined;
  rate?: number | undefined;
  outputLengths: number;
  promptLengths: number;
}

/** Far beyond any use, and near enough for timestamps to stay numbers. */
const MAX_FACTOR = 1e9;
const factor = z
  .number()
  .min(1 / MAX_FACTOR, 'must be above 0')
  .max(MAX_FACTOR, `must be at most ${MAX_FACTOR}`);

/** Checks the options of `scaleWorkload` and fills in defaults. */
export const scaleOptionsSchema: z.ZodType<ScaleSettings, ScaleOptions> = z
  .strictObject({
    time: factor.optional(),
    rate: factor.optional(),
    outputLengths: factor.default(1),
    promptLengths: factor.default(1),
  })
  .refine(({ time, rate }) => time === undefined || rate === undefined, {
    path: ['rate'],
    message: 'cannot go together with time: it is its inverse',
  });

/** A length that was there stays at least 1. */
const scaledTokens = (tokens: number, by: number): number => (tokens === 0 ? 0 : Math.max(1, Math.round(tokens * by)));

const refuseText = (request: WorkloadRequest, id: string): void => {
  if (!hasText(request)) return;
  throw new BenchmarkError(
    'usage',
    `${GENERATOR}: promptLengths cannot scale request ${JSON.stringify(id)}, which has its text`,
    {
      hint: 'Prompts have the length they have. Make the workload anew with other lengths, or without text (for planning).',
    },
  );
};

const scalesTimes = ({ time, rate }: ScaleSettings): boolean => time !== undefined || rate !== undefined;

/** An object whose `field` is a time in milliseconds, with that scaled; anything else as it is. */
const withScaledTime = (value: unknown, field: string, scaledTime: (timeMs: number) => number): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const timeMs = (value as Record<string, unknown>)[field];
  return typeof timeMs === 'number' ? { ...value, [field]: scaledTime(timeMs) } : value;
};

/** What is known of a request's model call, as agent workloads have it. */
type RequestOfAgent = WorkloadRequest & { agent?: unknown };

const startScale = (settings: ScaleSettings): EntryTransform => {
  const { outputLengths, promptLengths, ...times } = settings;
  const scalesTime = scalesTimes(settings);
  const scalesLengths = outputLengths !== 1 || promptLengths !== 1;
  const scaledTime = (timeMs: number): number => toTimestamp((timeMs * (times.time ?? 1)) / (times.rate ?? 1));
  let removed = 0;

  const scaleLengths = (request: WorkloadRequest): void => {
    if (request.prompt_length != null) request.prompt_length = scaledTokens(request.prompt_length, promptLengths);
    if (request.output_length != null) request.output_length = scaledTokens(request.output_length, outputLengths);
    // They depend on the lengths of other requests in ways that a factor does not follow.
    if (removePlanned(request, { keepsContext: false })) removed++;
  };
  const scaleTimes = (request: RequestOfAgent): void => {
    if (request.delay_ms != null) request.delay_ms = scaledTime(request.delay_ms);
    if (request.agent != null) request.agent = withScaledTime(request.agent, 'expected_latency_ms', scaledTime);
  };
  const scaleRequest = (request: WorkloadRequest, id: string): WorkloadRequest => {
    if (promptLengths !== 1) refuseText(request, id);
    if (!scalesLengths && !scalesTime) return request;
    const scaled = { ...request };
    if (scalesLengths) scaleLengths(scaled);
    if (scalesTime) scaleTimes(scaled);
    return scaled;
  };
  const scaleEvents = (entry: WorkloadEntry): WorkloadEntry => {
    const events = eventsOf(entry);
    if (events.length === 0) return entry;
    return withEvents(
      entry,
      events.map((event) => withScaledTime(event, 'duration_ms', scaledTime)),
    );
  };
  return {
    apply(entry, number) {
      const requests = entry.requests.map((request, index) => scaleRequest(request, idOf(request, number, index)));
      if (!scalesTime) return { ...entry, requests };
      return scaleEvents({ ...entry, timestamp: scaledTime(entry.timestamp), requests });
    },
    findings: () => ({
      statistics: {},
      notes: plannedNotes(removed),
    }),
  };
};

/**
 * A workload with other times or lengths. With `time` or `rate`, timestamps, `delay_ms`, the `duration_ms` of events and the
 * `agent.expected_latency_ms` of requests are scaled, to three decimals. Lengths are rounded to whole tokens, and at least 1 where they were not 0; what was
 * planned from them (`context_length_planned`, `cached_tokens_expected`) is left out then.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; while it is read, `usage` for `promptLengths` on
 *   a request that has its text; whatever the input throws
 */
export const scaleWorkload = (input: WorkloadInput, options: ScaleOptions): GeneratedWorkload => {
  const settings = parseOptions(scaleOptionsSchema, options, GENERATOR);
  return transformWorkload(input, {
    generator: GENERATOR,
    options: { ...settings },
    leavesEntriesOut: false,
    keepsTimes: !scalesTimes(settings),
    start: () => startScale(settings),
  });
};
