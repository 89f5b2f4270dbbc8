import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadEntry } from '@aibrix/schema';
import { z } from 'zod';
import type { GeneratedWorkload } from '../generated-workload.js';
import { toTimestamp } from '../timestamp.js';
import type { InputTally } from './input-tally.js';
import { createEntryRenamer, type EntryRenamer, renamingNotes } from './renamed-entry.js';
import { requireInputs } from './require-inputs.js';
import { toolWorkload } from './tool-workload.js';
import type { WorkloadInput } from './workload-input.js';

const GENERATOR = 'concat';

/** Options of `concatWorkloads`. */
export interface ConcatOptions {
  /** Milliseconds between the last entry of an input and time 0 of the next. Default 0. */
  gapMs?: number | undefined;
}

/** The options with defaults filled in. */
export interface ConcatSettings {
  gapMs: number;
}

/** Some 31 years: later timestamps would lose their decimals. */
const MAX_GAP_MS = 1e12;

/** Checks the options of `concatWorkloads` and fills in defaults. */
export const concatOptionsSchema: z.ZodType<ConcatSettings, ConcatOptions> = z.strictObject({
  gapMs: z.number().nonnegative('must not be negative').max(MAX_GAP_MS, `must be at most ${MAX_GAP_MS}`).default(0),
});

interface ConcatPart {
  input: WorkloadInput;
  tally: InputTally;
  renamer: EntryRenamer;
}

const concatenated = async function* (
  parts: readonly ConcatPart[],
  gapMs: number,
  shiftsMs: (number | null)[],
): AsyncGenerator<WorkloadEntry> {
  let last: number | undefined;
  for (const [index, { input, tally, renamer }] of parts.entries()) {
    const shiftMs = last === undefined ? 0 : last + gapMs;
    for await (const entry of input) {
      shiftsMs[index] = shiftMs;
      const number = tally.take(entry);
      last = shiftMs === 0 ? entry.timestamp : toTimestamp(entry.timestamp + shiftMs);
      if (number === undefined) continue;
      const renamed = renamer.rename(entry, number);
      renamed.timestamp = last;
      yield renamed;
    }
  }
};

/**
 * Workloads one after another: the times of each are shifted by the last time so far, and by `gapMs`. An empty entry at
 * the end of an input is left out, but its time counts.
 *
 * So that the parts stay apart, requests have the ids `<input>-<id>` and sessions `<input>-<session_id>` (a text then),
 * with inputs counted from 0; `parents`, and `session_id` of events, follow. A request without an id has
 * `<entry>-<index>` of its own input. Task and node ids of agents stay. Memory: 10 to 13 bytes a request.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; while it is read, `input` for an id that is in an
 *   input twice; whatever the inputs throw
 */
export const concatWorkloads = (inputs: readonly WorkloadInput[], options: ConcatOptions = {}): GeneratedWorkload => {
  const settings = parseOptions(concatOptionsSchema, options, GENERATOR);
  requireInputs(GENERATOR, inputs);
  return toolWorkload({
    generator: GENERATOR,
    options: { ...settings },
    inputs,
    start(tallies) {
      const parts = inputs.map((input, index) => ({
        input,
        tally: tallies[index] as InputTally,
        renamer: createEntryRenamer(input, index),
      }));
      const shiftsMs = inputs.map((): number | null => null);
      return {
        entries: concatenated(parts, settings.gapMs, shiftsMs),
        findings() {
          const requests = tallies.reduce((sum, { figures }) => sum + figures.requests, 0);
          const renamers = parts.map(({ renamer }) => renamer);
          return { statistics: { shifts_ms: shiftsMs }, notes: renamingNotes(requests, renamers) };
        },
      };
    },
  });
};
