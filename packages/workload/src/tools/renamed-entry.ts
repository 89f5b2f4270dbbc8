import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { eventsOf, sessionOfEvent, withEvents } from './entry-events.js';
import { idOf } from './request-key.js';

/** Gives the requests and sessions of one of several inputs names that no other input has. */
export interface EntryRenamer {
  /** The entry with `<input>-` before each id and each session id, in `parents` and events too. Nothing else changes. */
  rename(entry: WorkloadEntry, entryNumber: number): WorkloadEntry;
  /** Requests so far that belong to a session. */
  readonly sessionRequests: number;
}

export const createEntryRenamer = (inputNumber: number): EntryRenamer => {
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
