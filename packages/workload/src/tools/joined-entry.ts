import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';
import { eventsOf } from './entry-events.js';

/** Requests and events of one time are joined up to here: an entry has to fit in memory, and in what reads it. */
const MAX_ITEMS = 4096;
const MAX_CHARACTERS = 1 << 22;

const JOINED_FIELDS: ReadonlySet<string> = new Set(['timestamp', 'requests', 'events']);

/** Joins entries of the same time. */
export interface EntryJoiner {
  /** Adds `next` to `entry`, whose own arrays grow; false, and nothing done, when it does not fit. */
  join(entry: WorkloadEntry, next: WorkloadEntry): boolean;
  /** Entries that became a part of another. */
  readonly joined: number;
  /** Entries of the same time as the one before that did not fit. */
  readonly unfit: number;
  /** Fields that differed, and how often: the first entry's stay. */
  readonly conflicts: ReadonlyMap<string, number>;
}

const charactersOf = ({ prompt, messages, completion, prompt_token_ids }: WorkloadRequest): number => {
  let characters = (prompt?.length ?? 0) + (completion?.length ?? 0) + (prompt_token_ids?.length ?? 0);
  for (const { content } of messages ?? []) {
    characters += typeof content === 'string' ? content.length : JSON.stringify(content ?? null).length;
  }
  return characters;
};

const sizeOf = ({ requests }: WorkloadEntry): number =>
  requests.reduce((sum, request) => sum + charactersOf(request), 0);

const itemsOf = (entry: WorkloadEntry): number => entry.requests.length + eventsOf(entry).length;

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

export const createEntryJoiner = (): EntryJoiner => {
  const conflicts = new Map<string, number>();
  let joined = 0;
  let unfit = 0;
  /** The entry that was joined last, and the characters it holds by now. */
  let current: WorkloadEntry | undefined;
  let characters = 0;

  const joinEvents = (entry: WorkloadEntry, next: WorkloadEntry): void => {
    const events = eventsOf(next);
    if (events.length === 0) return;
    const own = eventsOf(entry) as unknown[];
    if (own.length > 0) for (const event of events) own.push(event);
    else Object.assign(entry, { events: [...events] });
  };
  const joinFields = (entry: Record<string, unknown>, next: Record<string, unknown>): void => {
    for (const [field, value] of Object.entries(next)) {
      if (JOINED_FIELDS.has(field) || value === undefined) continue;
      if (!(field in entry)) entry[field] = value;
      else if (!isSame(entry[field], value)) conflicts.set(field, (conflicts.get(field) ?? 0) + 1);
    }
  };
  return {
    join(entry, next) {
      if (entry !== current) {
        current = entry;
        characters = sizeOf(entry);
      }
      const size = sizeOf(next);
      if (itemsOf(entry) + itemsOf(next) > MAX_ITEMS || characters + size > MAX_CHARACTERS) {
        unfit++;
        return false;
      }
      joined++;
      characters += size;
      for (const request of next.requests) entry.requests.push(request);
      joinEvents(entry, next);
      joinFields(entry as unknown as Record<string, unknown>, next as unknown as Record<string, unknown>);
      return true;
    },
    get joined() {
      return joined;
    },
    get unfit() {
      return unfit;
    },
    conflicts,
  };
};
