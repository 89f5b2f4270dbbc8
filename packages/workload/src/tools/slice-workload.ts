import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { toTimestamp } from '../timestamp.js';
import { createKeySet, type KeySet } from './key-set.js';
import { plannedNotes, removePlanned } from './planned-figures.js';
import { idOf } from './request-key.js';
import { type EntryTransform, transformWorkload } from './transform-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'slice';

/** Options of `sliceWorkload`. */
export interface SliceOptions {
  /** Milliseconds from the start of the workload; what is before is left out, and this becomes time 0. Default 0. */
  fromMs?: number | undefined;
  /** Entries from this time on are left out, in milliseconds from the start of the workload; null takes all. Default null. */
  toMs?: number | null | undefined;
}

/** The options with defaults filled in. */
export interface SliceSettings {
  fromMs: number;
  toMs: number | null;
}

/** Checks the options of `sliceWorkload` and fills in defaults. */
export const sliceOptionsSchema: z.ZodType<SliceSettings, SliceOptions> = z
  .strictObject({
    fromMs: z.number().nonnegative('must not be negative').default(0),
    toMs: z.number().positive('must be above 0').nullable().default(null),
  })
  .refine(({ fromMs, toMs }) => toMs === null || toMs > fromMs, { path: ['toMs'], message: 'must be after fromMs' });

/** What the part before a slice means for the requests in it. */
interface Front {
  cut(entry: WorkloadEntry, entryNumber: number): void;
  /**
   * The request without parents that were cut, as they had ended before the slice begins, and without what was planned
   * from turns that were cut.
   */
  follow(request: WorkloadRequest): WorkloadRequest;
  readonly requests: number;
  /** Sessions of which the first requests were cut, and others not. */
  readonly cutSessions: number;
  readonly removedParents: number;
  /** Requests of cut sessions that had something planned. */
  readonly removedPlans: number;
}

const createFront = (): Front => {
  const ids: KeySet = createKeySet();
  const sessions: KeySet = createKeySet();
  const cutSessions: KeySet = createKeySet();
  let requests = 0;
  let removedParents = 0;
  let removedPlans = 0;

  const isOfCutSession = ({ session_id }: WorkloadRequest): boolean => {
    if (session_id == null || sessions.size === 0 || !sessions.has(String(session_id))) return false;
    cutSessions.add(String(session_id));
    return true;
  };
  const withoutCutParents = (request: WorkloadRequest): WorkloadRequest => {
    const { parents } = request;
    if (!parents?.length) return request;
    const kept = parents.filter((id) => !ids.has(id));
    removedParents += parents.length - kept.length;
    return kept.length < parents.length ? { ...request, parents: kept } : request;
  };
  return {
    cut(entry, entryNumber) {
      for (const [index, request] of entry.requests.entries()) {
        requests++;
        ids.add(idOf(request, entryNumber, index));
        if (request.session_id != null) sessions.add(String(request.session_id));
      }
    },
    follow(request) {
      const followed = withoutCutParents(request);
      if (!isOfCutSession(request)) return followed;
      const unplanned = { ...followed };
      // One with parents holds its whole context, cut or not.
      if (!removePlanned(unplanned, { keepsContext: request.parents != null })) return followed;
      removedPlans++;
      return unplanned;
    },
    get requests() {
      return requests;
    },
    get cutSessions() {
      return cutSessions.size;
    },
    get removedParents() {
      return removedParents;
    },
    get removedPlans() {
      return removedPlans;
    },
  };
};

const startSlice = ({ fromMs, toMs }: SliceSettings): EntryTransform => {
  const front = createFront();
  const end = toMs ?? Number.POSITIVE_INFINITY;
  let isDone = false;
  return {
    apply(entry, number) {
      if (entry.timestamp >= end) {
        isDone = true;
        return undefined;
      }
      if (entry.timestamp < fromMs) {
        front.cut(entry, number);
        return undefined;
      }
      // Nothing was cut, and nothing has to be looked up.
      if (front.requests === 0 && fromMs === 0) return entry;
      const timestamp = toTimestamp(entry.timestamp - fromMs);
      return { ...entry, timestamp, requests: entry.requests.map(front.follow) };
    },
    isDone: () => isDone,
    findings: () => ({
      statistics: { requests_before: front.requests, sessions_cut: front.cutSessions },
      notes: [
        ...countNote('sessions of which the first requests are cut off, with what was said in them', front.cutSessions),
        ...countNote('parents that are cut off, so that requests do not wait for them', front.removedParents),
        ...plannedNotes(front.removedPlans),
      ],
    }),
  };
};

/**
 * The entries of a workload from `fromMs` on and before `toMs`; times count from `fromMs`. A session that begins before
 * loses its first requests, and the others what was planned with them: `cached_tokens_expected`, and
 * `context_length_planned` where a request does not hold its whole context. A request no longer names parents that are cut
 * off. Requests state the ids that they have in the whole workload. Memory: 10 to 13 bytes a request, 16 to 32 more for one
 * before `fromMs`, and as much for each of their sessions.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; whatever the input throws
 */
export const sliceWorkload = (input: WorkloadInput, options: SliceOptions = {}): GeneratedWorkload => {
  const settings = parseOptions(sliceOptionsSchema, options, GENERATOR);
  return transformWorkload(input, {
    generator: GENERATOR,
    options: { ...settings },
    leavesEntriesOut: true,
    keepsTimes: false,
    start: () => startSlice(settings),
  });
};
