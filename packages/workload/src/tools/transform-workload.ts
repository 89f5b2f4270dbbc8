import type { WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload, WorkloadFindings } from '../generated-workload.js';
import type { InputTally } from './input-tally.js';
import { withStatedIds } from './request-key.js';
import { toolWorkload } from './tool-workload.js';
import type { WorkloadInput } from './workload-input.js';

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
  /** Starts anew. */
  start(): EntryTransform;
}

const transformed = async function* (
  input: WorkloadInput,
  tally: InputTally,
  transform: EntryTransform,
  leavesEntriesOut: boolean,
): AsyncGenerator<WorkloadEntry> {
  for await (const entry of input) {
    const number = tally.take(entry);
    if (number === undefined) continue;
    // An id that follows from the place would change with it.
    const isMoved = leavesEntriesOut || tally.figures.empty_entries > 0;
    const result = transform.apply(isMoved ? withStatedIds(entry, number) : entry, number);
    if (result) yield result;
    if (transform.isDone?.()) return;
  }
};

/** A workload made of another by looking at one entry at a time. */
export const transformWorkload = (input: WorkloadInput, options: TransformOptions): GeneratedWorkload =>
  toolWorkload({
    ...options,
    inputs: [input],
    start([tally]) {
      const transform = options.start();
      const { leavesEntriesOut } = options;
      return {
        entries: transformed(input, tally as InputTally, transform, leavesEntriesOut),
        findings: () => transform.findings(),
      };
    },
  });
