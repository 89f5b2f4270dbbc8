import { BenchmarkError } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { type WorkloadEntry, type WorkloadRequest, workloadEntrySchema } from '@aibrix/schema';
import type { RunSettings } from '../options.js';
import type { ProblemOf } from '../protocol/protocols.js';
import { isHeaderText } from '../run-settings.js';
import { addClipping, type Clipping } from './clipping.js';
import { createCompletionCheck } from './completion-check.js';
import { unknownParent } from './graph.js';
import type { Partition } from './partition.js';
import { checkEntry } from './plan-requests.js';

/** How often each session and each parent occurs: who knows that may forget them after the last time. */
export interface SessionCounts {
  /** How many turns each session has. */
  turnsOfSession: Map<string | number, number>;
  /** How many requests with parents each session has. */
  nodesOfSession: Map<string | number, number>;
  /** How often each id is named as a parent, by any shard's requests. */
  childrenOf: Map<string, number>;
}

/** What is known of a workload before load begins. */
export interface WorkloadScan extends Clipping, SessionCounts {
  /** Of this shard. */
  requests: number;
  /** Of all shards. */
  allRequests: number;
  /** Timestamp of the last entry of this shard, in milliseconds, without the time scale. */
  lastTimestampMs: number;
  /** Requests with a timestamp within `earlyMs`. */
  earlyRequests: number;
  /** The shortest request that needs no conversation before it. */
  sample: WorkloadRequest | null;
}

const CHARACTERS_PER_TOKEN = 4;

const lengthOf = ({ prompt_length: tokens, prompt, messages }: WorkloadRequest): number =>
  tokens ?? (messages ? JSON.stringify(messages) : (prompt ?? '')).length / CHARACTERS_PER_TOKEN;

/** What is sent as a header must be fit for one. */
const checkHeaders = ({ user, session_id: session }: WorkloadRequest, sendsSessionKey: boolean): void => {
  const values = { user, session_id: sendsSessionKey ? session : null };
  for (const [field, value] of Object.entries(values)) {
    if (value == null || isHeaderText(String(value))) continue;
    throw new BenchmarkError('input', `${field}: no header can carry ${JSON.stringify(value)}`, {
      hint: 'Headers carry Latin letters, digits and punctuation in one line.',
    });
  }
};

const count = <K>(counts: Map<K, number>, key: K): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/**
 * Reads a whole workload once, so that a broken line, a missing prompt or an unsorted entry ends the run before the
 * first request and not in the middle of it.
 *
 * @throws BenchmarkError `input` with `file:line`, or when there is no request at all
 */
export const scanWorkload = async (
  source: string | readonly WorkloadEntry[],
  options: {
    /** What to call a file in messages. */
    name?: string | undefined;
    outputTokenLimit: number | null;
    /** With `recorded`, a turn that another follows needs its `completion`. */
    history: RunSettings['history'];
    /** What keeps the API from being sent a request. */
    problemOf: ProblemOf;
    /** Session ids are sent as headers, and must be fit for one. */
    sendsSessionKey: boolean;
    /** What is left out is checked, and not counted. */
    partition?: Partition | undefined;
    /** Which timestamps count as early, in milliseconds without the time scale. */
    earlyMs: number;
    signal?: AbortSignal | undefined;
  },
): Promise<WorkloadScan> => {
  const scan: WorkloadScan = {
    requests: 0,
    allRequests: 0,
    lastTimestampMs: 0,
    clippedRequests: 0,
    clippedTokens: 0,
    turnsOfSession: new Map(),
    nodesOfSession: new Map(),
    childrenOf: new Map(),
    earlyRequests: 0,
    sample: null,
  };
  let sampleLength = Number.POSITIVE_INFINITY;
  const ids = new Set<string>();
  const checkCompletions = createCompletionCheck(options.history);
  let entryIndex = 0;
  let lastTimestampMs = 0;
  const take = (entry: WorkloadEntry): void => {
    checkEntry(entry, { entryIndex, lastTimestampMs }, options.problemOf);
    lastTimestampMs = entry.timestamp;
    for (const [requestIndex, request] of entry.requests.entries()) {
      const where = `entry ${entryIndex}, requests[${requestIndex}]`;
      scan.allRequests++;
      checkHeaders(request, options.sendsSessionKey);
      checkCompletions(request, where);
      for (const parent of new Set(request.parents)) {
        if (!ids.has(parent)) throw unknownParent(where, parent);
        count(scan.childrenOf, parent);
      }
      if (request.id != null) {
        if (ids.has(request.id)) throw new BenchmarkError('input', `id "${request.id}" is there twice`);
        ids.add(request.id);
      }
      const workloadId = request.id ?? `${entryIndex}-${requestIndex}`;
      if (options.partition?.workerOf(request, workloadId) === null) continue;
      scan.requests++;
      scan.lastTimestampMs = entry.timestamp;
      addClipping(scan, request.output_length, options.outputTokenLimit);
      if (entry.timestamp <= options.earlyMs) scan.earlyRequests++;
      const session = request.session_id;
      const isFirst = session == null || request.parents != null || !scan.turnsOfSession.has(session);
      if (isFirst && lengthOf(request) < sampleLength) {
        sampleLength = lengthOf(request);
        scan.sample = request;
      }
      if (session != null) count(request.parents == null ? scan.turnsOfSession : scan.nodesOfSession, session);
    }
    entryIndex++;
  };
  if (typeof source === 'string') {
    for await (const { value, location } of readJsonlRecords(source, {
      schema: workloadEntrySchema,
      name: options.name,
      signal: options.signal,
    })) {
      try {
        take(value);
      } catch (error) {
        if (!BenchmarkError.is(error)) throw error;
        throw new BenchmarkError(error.code, error.message, { location, hint: error.hint, cause: error });
      }
    }
  } else {
    for (const entry of source) take(entry);
  }
  if (scan.allRequests === 0) {
    throw new BenchmarkError('input', 'the workload has no requests', {
      ...(typeof source === 'string' && { location: { file: options.name ?? source } }),
      hint: 'Was it written for a longer duration or a higher rate than it got?',
    });
  }
  return scan;
};
