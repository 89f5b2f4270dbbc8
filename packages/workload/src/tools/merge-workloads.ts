import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadEntry } from '@aibrix/schema';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import type { InputTally } from './input-tally.js';
import { createEntryJoiner, type EntryJoiner } from './joined-entry.js';
import { createEntryRenamer, type EntryRenamer, renamingNotes } from './renamed-entry.js';
import { requireInputs } from './require-inputs.js';
import { toolWorkload } from './tool-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'merge';

/** An input of which one entry is read ahead. */
interface MergeHead {
  iterator: AsyncIterator<WorkloadEntry>;
  tally: InputTally;
  renamer: EntryRenamer;
  /** Undefined once the input has ended. */
  entry: WorkloadEntry | undefined;
}

/** Reads on to the next entry that holds something. */
const advance = async (head: MergeHead): Promise<void> => {
  head.entry = undefined;
  for (;;) {
    const { value, done } = await head.iterator.next();
    if (done) return;
    const entry = value as WorkloadEntry;
    const number = head.tally.take(entry);
    if (number === undefined) continue;
    head.entry = head.renamer.rename(entry, number);
    return;
  }
};

/** The head with the earliest entry; of several, the first. */
const earliest = (heads: readonly MergeHead[]): (MergeHead & { entry: WorkloadEntry }) | undefined => {
  let found: MergeHead | undefined;
  for (const head of heads) {
    if (head.entry && (!found?.entry || head.entry.timestamp < found.entry.timestamp)) found = head;
  }
  return found as (MergeHead & { entry: WorkloadEntry }) | undefined;
};

const merged = async function* (heads: readonly MergeHead[], joiner: EntryJoiner): AsyncGenerator<WorkloadEntry> {
  try {
    for (const head of heads) await advance(head);
    let pending: WorkloadEntry | undefined;
    for (let head = earliest(heads); head; head = earliest(heads)) {
      const { entry } = head;
      if (pending?.timestamp !== entry.timestamp || !joiner.join(pending, entry)) {
        if (pending) yield pending;
        pending = entry;
      }
      await advance(head);
    }
    if (pending) yield pending;
  } finally {
    await Promise.allSettled(heads.map(({ iterator }) => iterator.return?.()));
  }
};

const conflictNotes = ({ conflicts }: EntryJoiner): string[] =>
  Array.from(
    conflicts,
    ([field, count]) => `joined entries that differ in "${field}", which is that of the first: ${count}`,
  );

/**
 * Workloads at the same time, in order of time. Entries of the same time, in one input or in several, become one: its
 * requests and `events` come input by input, in their order there; of other fields that differ, the first one's stay. As
 * one entry has to fit in memory, it is not joined beyond 4,096 requests and events or 4 Mi characters of text; what
 * follows has an entry of its own at the same time.
 *
 * So that the parts stay apart, requests have the ids `<input>-<id>` and sessions `<input>-<session_id>` (a text then),
 * with inputs counted from 0; `parents`, and `session_id` of events, follow. A request without an id has
 * `<entry>-<index>` of its own input. Task and node ids of agents stay. Memory: 10 to 13 bytes a request.
 *
 * @param inputs read at the same time, so each has to be an object of its own
 * @throws BenchmarkError `usage` when there is no input, or one is there twice; while it is read, `input` for an id that is
 *   in an input twice; whatever the inputs throw
 */
export const mergeWorkloads = (inputs: readonly WorkloadInput[]): GeneratedWorkload => {
  requireInputs(GENERATOR, inputs);
  if (new Set(inputs).size < inputs.length) {
    throw new BenchmarkError('usage', `${GENERATOR}: an input is there twice`, {
      hint: 'A workload has one iteration at a time; make it twice, for example with two calls of readWorkload.',
    });
  }
  return toolWorkload({
    generator: GENERATOR,
    options: {},
    inputs,
    start(tallies) {
      const heads = inputs.map(
        (input, index): MergeHead => ({
          iterator: input[Symbol.asyncIterator](),
          tally: tallies[index] as InputTally,
          renamer: createEntryRenamer(input, index),
          entry: undefined,
        }),
      );
      const joiner = createEntryJoiner();
      return {
        entries: merged(heads, joiner),
        findings() {
          const requests = tallies.reduce((sum, { figures }) => sum + figures.requests, 0);
          const renamers = heads.map(({ renamer }) => renamer);
          return {
            statistics: { joined_entries: joiner.joined },
            notes: [
              ...renamingNotes(requests, renamers),
              ...countNote('entries of the same time as another that were joined with it', joiner.joined),
              ...countNote('entries of the same time as another that were too large to join', joiner.unfit),
              ...conflictNotes(joiner),
            ],
          };
        },
      };
    },
  });
};
