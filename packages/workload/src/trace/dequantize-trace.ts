import { createRandom, type Random } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import { shapedTrace } from './shaped-trace.js';
import { createStepTally, type StepTally } from './step-tally.js';
import type { TraceReader, TraceRow } from './trace-reader.js';

/** Options of `dequantizeTrace`. */
export interface DequantizeTraceOptions {
  /** Same seed, same times. Default 0. */
  seed?: number | string | undefined;
}

/** The options with defaults filled in. */
export interface DequantizeTraceSettings {
  seed: number | string;
}

/** Checks the options of `dequantizeTrace` and fills in defaults. */
export const dequantizeTraceOptionsSchema: z.ZodType<DequantizeTraceSettings, DequantizeTraceOptions> = z.strictObject({
  seed: z.union([z.number(), z.string()]).default(0),
});

/** The rows of one time at times of their own: uniform over the step, ascending, in the order they stood in. */
const spread = function* (group: readonly TraceRow[], stepMs: number, random: Random): Generator<TraceRow> {
  const shares = group.map(() => random.next()).sort((a, b) => a - b);
  for (const [index, row] of group.entries()) {
    yield { ...row, timeMs: row.timeMs + (shares[index] as number) * stepMs };
  }
};

/** Rows of one time, one group after another. */
const groups = async function* (rows: AsyncIterable<TraceRow>): AsyncGenerator<TraceRow[]> {
  let group: TraceRow[] = [];
  for await (const row of rows) {
    if (group[0] !== undefined && row.timeMs !== group[0].timeMs) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
};

interface SpreadTally {
  rows: number;
  groups: number;
  /** Groups before a pause. */
  paused: number;
  steps: StepTally;
}

/** A step so many times the median is a pause: what came before it did not come all through it. */
const PAUSE_FACTOR = 1.5;

const noteOf = ({ rows, groups: count, paused, steps }: SpreadTally): string[] => {
  const figures = steps.figures();
  if (rows === 0 || !figures) return [];
  const { minMs, medianMs, maxMs } = figures;
  return [
    `rows spread over the step to the next time: ${rows}, which shared ${count} times (steps of ${minMs} to ${maxMs} ms, median ${medianMs})`,
    ...countNote(
      `shared times before a pause, a step above ${PAUSE_FACTOR} times the median so far, whose rows were spread over that median`,
      paused,
    ),
  ];
};

/**
 * A trace whose times are rounded, without the bursts that come of it: rows that share a time are put at random places
 * between it and the next time, uniformly, and stay in their order. Where the next time is more than 1.5 median steps away
 * there was a pause, and the rows are spread over the median step; the median is that of the steps so far, so the first
 * group has its own step. The last group is spread over the median step. Rows that have a time of their own keep it.
 *
 * Memory holds one group at a time, and 160 kB.
 *
 * @throws BenchmarkError `usage` for its options
 */
export const dequantizeTrace = (reader: TraceReader, options: DequantizeTraceOptions = {}): TraceReader => {
  const { seed } = parseOptions(dequantizeTraceOptionsSchema, options, 'dequantize');
  return shapedTrace(reader, (given) => {
    const random = createRandom(seed, 'dequantize');
    const tally: SpreadTally = { rows: 0, groups: 0, paused: 0, steps: createStepTally() };
    const median = (): number => tally.steps.figures()?.medianMs ?? 0;
    const placed = function* (group: readonly TraceRow[], stepMs: number): Generator<TraceRow> {
      if (group.length === 1 || stepMs === 0) {
        yield* group;
        return;
      }
      tally.rows += group.length;
      tally.groups++;
      const isPause = stepMs > PAUSE_FACTOR * median();
      if (isPause) tally.paused++;
      yield* spread(group, isPause ? median() : stepMs, random);
    };
    const rows = async function* (): AsyncGenerator<TraceRow> {
      let waiting: TraceRow[] | undefined;
      for await (const group of groups(given)) {
        if (waiting) {
          const stepMs = (group[0] as TraceRow).timeMs - (waiting[0] as TraceRow).timeMs;
          tally.steps.add(stepMs);
          yield* placed(waiting, stepMs);
        }
        waiting = group;
      }
      if (waiting) yield* placed(waiting, median());
    };
    return { rows: rows(), notes: () => noteOf(tally) };
  });
};
