import type { WorkloadEntry } from '@aibrix/schema';

type EntryWithEvents = WorkloadEntry & { events?: unknown };

/** The events beside the requests of an entry, as agent workloads have them; empty where there are none. */
export const eventsOf = (entry: WorkloadEntry): readonly unknown[] => {
  const { events } = entry as EntryWithEvents;
  return Array.isArray(events) ? events : [];
};

/** The entry with other events; without any, the field goes. */
export const withEvents = (entry: WorkloadEntry, events: readonly unknown[]): WorkloadEntry => {
  if (events.length > 0) return { ...entry, events } as EntryWithEvents;
  const { events: _, ...rest } = entry as EntryWithEvents;
  return rest;
};

/** The session that an event belongs to; undefined where it names none. */
export const sessionOfEvent = (event: unknown): string | number | undefined => {
  if (typeof event !== 'object' || event === null || !('session_id' in event)) return undefined;
  const id = event.session_id;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
};
