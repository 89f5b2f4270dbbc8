import type { WorkloadEntry } from '@aibrix/schema';
import { eventsOf, sessionOfEvent, withEvents } from './entry-events.js';
import { idOf, keyOf, refuseLooseGraph } from './request-key.js';

/** Decides what stays: by session, or by request id where there is no session. */
export interface PartKeeper {
  keeps(key: string): boolean;
  /** Whether events that name no session stay. */
  keepsLooseEvents: boolean;
}

/**
 * What a keeper leaves of an entry; undefined when that is nothing.
 *
 * @throws BenchmarkError `input` for a request that has parents and no session
 */
export const keptParts = (entry: WorkloadEntry, entryNumber: number, keeper: PartKeeper): WorkloadEntry | undefined => {
  const requests = entry.requests.filter((request, index) => {
    refuseLooseGraph(request, idOf(request, entryNumber, index));
    return keeper.keeps(keyOf(request, entryNumber, index));
  });
  const events = eventsOf(entry).filter((event) => {
    const session = sessionOfEvent(event);
    return session === undefined ? keeper.keepsLooseEvents : keeper.keeps(String(session));
  });
  if (requests.length === 0 && events.length === 0) return undefined;
  const kept = { ...entry, requests };
  return events.length < eventsOf(entry).length ? withEvents(kept, events) : kept;
};
