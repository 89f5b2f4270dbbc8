import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import type { RunSettings } from '../options.js';
import type { ProblemOf } from '../protocol/protocols.js';
import { createCompletionCheck } from './completion-check.js';
import type { Partition } from './partition.js';
import type { PlannedRequest, PreparedBody } from './planned-request.js';

/** A request with parents holds its whole context, whatever its session: nothing is put before it. */
const standsAlone = ({ session_id: session, parents }: WorkloadRequest): boolean => session == null || parents != null;

/** What is sent of a request that depends on no other; null for one that does. */
export const preparedAhead = (
  request: WorkloadRequest,
  prepare: (request: WorkloadRequest) => PreparedBody,
): PreparedBody | null => (standsAlone(request) ? prepare(request) : null);

/**
 * Lays entries out as single requests with their due times. Those of other shards count in the numbers and are left out.
 *
 * @throws BenchmarkError `input` when timestamps go back, a request has nothing that the API could be sent, or a recorded
 *   answer is missing that is needed
 */
export const planRequests = async function* (
  entries: AsyncIterable<WorkloadEntry> | Iterable<WorkloadEntry>,
  options: {
    timeScale: number;
    history: RunSettings['history'];
    prepare: ((request: WorkloadRequest) => PreparedBody) | null;
    partition: Partition | null;
    problemOf: ProblemOf;
  },
): AsyncGenerator<PlannedRequest> {
  const { partition, prepare } = options;
  const checkCompletions = createCompletionCheck(options.history);
  let index = 0;
  let entryIndex = 0;
  let lastTimestampMs = 0;
  for await (const entry of entries) {
    checkEntry(entry, { entryIndex, lastTimestampMs }, options.problemOf);
    lastTimestampMs = entry.timestamp;
    for (const [requestIndex, request] of entry.requests.entries()) {
      checkCompletions(request, `entry ${entryIndex}, requests[${requestIndex}]`);
      const workloadId = request.id ?? `${entryIndex}-${requestIndex}`;
      const worker = partition ? partition.workerOf(request, workloadId) : 0;
      const number = index++;
      if (worker === null) continue;
      yield {
        index: number,
        workloadId,
        offsetMs: entry.timestamp * options.timeScale,
        request,
        worker,
        prepared: prepare && preparedAhead(request, prepare),
      };
    }
    entryIndex++;
  }
};

/** What makes an entry impossible to replay, beyond its schema. */
export const checkEntry = (
  entry: WorkloadEntry,
  place: { entryIndex: number; lastTimestampMs: number },
  problemOf: ProblemOf,
): void => {
  const { entryIndex, lastTimestampMs } = place;
  if (entry.timestamp < lastTimestampMs) {
    throw new BenchmarkError(
      'input',
      `entry ${entryIndex}: timestamps go back, from ${lastTimestampMs} ms to ${entry.timestamp} ms`,
      { hint: 'Entries must be in order of time: sort the file by timestamp.' },
    );
  }
  for (const [requestIndex, request] of entry.requests.entries()) {
    const where = `entry ${entryIndex}, requests[${requestIndex}]`;
    const hasMessages = request.messages != null && request.messages.length > 0;
    if (request.prompt == null && !hasMessages && request.prompt_token_ids == null) {
      throw new BenchmarkError('input', `${where}: it has no prompt and no messages, so it cannot be replayed`, {
        hint: 'A workload made without text serves planning and statistics only.',
      });
    }
    const problem = problemOf(request);
    if (problem) throw new BenchmarkError('input', `${where}: ${problem.message}`, { hint: problem.hint });
  }
};
