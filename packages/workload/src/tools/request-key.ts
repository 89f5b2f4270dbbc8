import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';

/** The id of a request that states none, by where it stands in its file; both count from 0. */
const defaultId = (entryNumber: number, index: number): string => `${entryNumber}-${index}`;

/** The id of a request, stated or not. */
export const idOf = (request: WorkloadRequest, entryNumber: number, index: number): string =>
  request.id ?? defaultId(entryNumber, index);

/** What stays together is told by this: the session, and where there is none, the request's id. */
export const keyOf = (request: WorkloadRequest, entryNumber: number, index: number): string =>
  request.session_id == null ? idOf(request, entryNumber, index) : String(request.session_id);

/** The entry with the ids that its requests have where it stands, so that they keep them elsewhere. */
export const withStatedIds = (entry: WorkloadEntry, entryNumber: number): WorkloadEntry => {
  if (entry.requests.every(({ id }) => id != null)) return entry;
  const requests = entry.requests.map((request, index) =>
    request.id == null ? { ...request, id: defaultId(entryNumber, index) } : request,
  );
  return { ...entry, requests };
};

/**
 * Refuses a request that waits for others and names no session, where only sessions are kept whole: those it waits for
 * might be missing.
 *
 * @throws BenchmarkError `input`
 */
export const refuseLooseGraph = (request: WorkloadRequest, id: string): void => {
  if (request.session_id != null || !request.parents?.length) return;
  throw new BenchmarkError('input', `request ${JSON.stringify(id)} has parents and no session_id`, {
    hint: 'Give the requests of a graph one session_id: only sessions are kept whole.',
  });
};
