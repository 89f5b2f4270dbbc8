import type { WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload, WorkloadFindings } from '../generated-workload.js';
import { createIdCheck } from './id-check.js';
import type { InputTally } from './input-tally.js';
import { withStatedIds } from './request-key.js';
import { toolWorkload } from './tool-workload.js';
import { placeIn, type WorkloadInput } from './workload-input.js';

/** One pass over a workload, entry by entry. */
export interface EntryTransform {
  /** What becomes of an entry, which is not to be changed itself; undefined when nothing is left of it. */
  apply(entry: WorkloadEntry, entryNumber: number): WorkloadEntry | undefined;
  /** Whether all that follows is left out too: asked after each entry. */
  isDone?(): boolean;
  findings(): WorkloadFindings;
}

interface TransformOptions {
  generator: string;
  options: Record<string, unknown>;
  seed?: number | string | undefined;
  /** Whether requests or entries are left out, so that those which are kept state the ids they have in the input. */
  leavesEntriesOut: boolean;
  /** Whether times stay, and all requests up to the last, so that what the input says of arrivals holds. */
  keepsTimes: boolean;
  /** Starts anew. */
  start(): EntryTransform;
}

const transformed = async function* (
  input: WorkloadInput,
  tally: InputTally,
  transform: EntryTransform,
  leavesEntriesOut: boolean,
): AsyncGenerator<WorkloadEntry> {
  const ids = createIdCheck(() => placeIn(input));
  for await (const entry of input) {
    const number = tally.take(entry);
    if (number === undefined) continue;
    // An id that follows from the place would change with it.
    const isMoved = leavesEntriesOut || tally.figures.empty_entries > 0;
    ids.take(entry, { entryNumber: number, defaultsToo: isMoved });
    const result = transform.apply(isMoved ? withStatedIds(entry, number) : entry, number);
    if (result) yield result;
    if (transform.isDone?.()) return;
  }
};

/**
 * A workload made of another by looking at one entry at a time. Memory: 10 to 13 bytes an id that is stated, or that will
 * be.
 */
export const transformWorkload = (input: WorkloadInput, options: TransformOptions): GeneratedWorkload =>
  toolWorkload({
    ...options,
    inputs: [input],
    location: () => input.location,
    start([tally]) {
      const transform = options.start();
      const { leavesEntriesOut } = options;
      return {
        entries: transformed(input, tally as InputTally, transform, leavesEntriesOut),
        findings: () => transform.findings(),
      };
    },
  });
