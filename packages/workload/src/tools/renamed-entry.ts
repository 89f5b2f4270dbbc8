import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { eventsOf, sessionOfEvent, withEvents } from './entry-events.js';
import { createIdCheck } from './id-check.js';
import { idOf } from './request-key.js';
import { placeIn, type WorkloadInput } from './workload-input.js';

/** Gives the requests and sessions of one of several inputs names that no other input has. */
export interface EntryRenamer {
  /**
   * The entry with `<input>-` before each id and each session id, in `parents` and events too. Nothing else changes.
   *
   * @throws BenchmarkError `input`, with its place, for an id that was there before
   */
  rename(entry: WorkloadEntry, entryNumber: number): WorkloadEntry;
  /** Requests so far that belong to a session. */
  readonly sessionRequests: number;
}

/** Memory: 10 to 13 bytes a request. */
export const createEntryRenamer = (input: WorkloadInput, inputNumber: number): EntryRenamer => {
  const ids = createIdCheck(() => placeIn(input));
  const named = (id: string | number): string => `${inputNumber}-${id}`;
  let sessionRequests = 0;

  const renameRequest = (request: WorkloadRequest, entryNumber: number, index: number): WorkloadRequest => {
    const renamed: WorkloadRequest = { ...request, id: named(idOf(request, entryNumber, index)) };
    if (request.session_id != null) {
      sessionRequests++;
      renamed.session_id = named(request.session_id);
    }
    if (request.parents) renamed.parents = request.parents.map(named);
    return renamed;
  };
  const renameEvent = (event: unknown): unknown => {
    const session = sessionOfEvent(event);
    return session === undefined ? event : { ...(event as object), session_id: named(session) };
  };
  return {
    rename(entry, entryNumber) {
      ids.take(entry, { entryNumber, defaultsToo: true });
      const requests = entry.requests.map((request, index) => renameRequest(request, entryNumber, index));
      const renamed = { ...entry, requests };
      const events = eventsOf(entry);
      return events.length > 0 ? withEvents(renamed, events.map(renameEvent)) : renamed;
    },
    get sessionRequests() {
      return sessionRequests;
    },
  };
};

/** What became of the names of all inputs, in words. */
export const renamingNotes = (requests: number, renamers: readonly EntryRenamer[]): string[] => {
  if (requests === 0) return [];
  const inSessions = renamers.reduce((sum, { sessionRequests }) => sum + sessionRequests, 0);
  const notes = [`requests whose id is now <input>-<id>, inputs counted from 0: ${requests}`];
  if (inSessions > 0) notes.push(`requests whose session_id is now <input>-<session_id>: ${inSessions}`);
  return notes;
};
