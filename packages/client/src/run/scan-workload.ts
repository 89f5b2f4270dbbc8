import { BenchmarkError } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { type WorkloadEntry, workloadEntrySchema } from '@aibrix/schema';
import { checkEntry } from './plan-requests.js';

/** What is known of a workload before load begins. */
export interface WorkloadScan {
  requests: number;
  /** Timestamp of the last entry, in milliseconds, without the time scale. */
  lastTimestampMs: number;
  /** Requests whose planned output is above the limit, and the tokens cut off. */
  clippedRequests: number;
  clippedTokens: number;
  /** How many requests each session has. */
  turnsOfSession: Map<string | number, number>;
}

/**
 * Reads a whole workload once, so that a broken line, a missing prompt or an unsorted entry ends the run before the
 * first request and not in the middle of it.
 *
 * @throws BenchmarkError `input` with `file:line`, or when there is no request at all
 */
export const scanWorkload = async (
  source: string | readonly WorkloadEntry[],
  options: { outputTokenLimit: number | null; signal?: AbortSignal | undefined },
): Promise<WorkloadScan> => {
  const scan: WorkloadScan = {
    requests: 0,
    lastTimestampMs: 0,
    clippedRequests: 0,
    clippedTokens: 0,
    turnsOfSession: new Map(),
  };
  let entryIndex = 0;
  const take = (entry: WorkloadEntry): void => {
    checkEntry(entry, { entryIndex: entryIndex++, lastTimestampMs: scan.lastTimestampMs });
    scan.lastTimestampMs = entry.timestamp;
    for (const request of entry.requests) {
      scan.requests++;
      const excess = (request.output_length ?? 0) - (options.outputTokenLimit ?? Number.POSITIVE_INFINITY);
      if (excess > 0) {
        scan.clippedRequests++;
        scan.clippedTokens += excess;
      }
      const session = request.session_id;
      if (session != null) scan.turnsOfSession.set(session, (scan.turnsOfSession.get(session) ?? 0) + 1);
    }
  };
  if (typeof source === 'string') {
    for await (const { value, location } of readJsonlRecords(source, {
      schema: workloadEntrySchema,
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
  if (scan.requests === 0) {
    throw new BenchmarkError('input', 'the workload has no requests', {
      ...(typeof source === 'string' && { location: { file: source } }),
      hint: 'Was it written for a longer duration or a higher rate than it got?',
    });
  }
  return scan;
};
