import type { InputLocation } from '@aibrix/core/errors';
import type { WorkloadEntry } from '@aibrix/schema';
import type { WorkloadFindings, WorkloadOrigin } from '../generated-workload.js';
import { nameOfFile } from './name-of-file.js';

/**
 * Entries for a tool to work on, in order of time: those of `readWorkload`, of a generator or of another tool. An own
 * iterable will do as well, and need not say where it is from.
 */
export interface WorkloadInput extends AsyncIterable<WorkloadEntry> {
  readonly origin?: WorkloadOrigin | undefined;
  findings?(): WorkloadFindings;
  /** Where the entry that was given last stands, for messages. */
  readonly location?: InputLocation | undefined;
}

/** What to call an input in messages: its file, or what made it. */
export const nameOfInput = ({ origin }: WorkloadInput): string => {
  const path = origin?.options.path;
  return typeof path === 'string' ? nameOfFile(path) : (origin?.generator ?? '<stream>');
};

/** Where the entry that an input gave last stands, as far as it says. */
export const placeIn = (input: WorkloadInput): InputLocation => input.location ?? { file: nameOfInput(input) };
