import { countNote } from '../count-note.js';
import type { JoinedRow } from './join-stat-files.js';
import type { LengthStatistic, StatStep } from './stat-steps.js';

/** So many steps in a row without a rate may have one between those of their neighbours. */
const MAX_INTERPOLATED_STEPS = 3;
/** A gap of so much of a step or more lacks a row. */
const MISSING_FROM = 1.5;

/** A step that may lack values still. `count` is above 1 where it stands for a whole gap. */
interface OpenStep extends JoinedRow {
  durationMs: number;
  count: number;
}

/** The median gap between times; of an even number of gaps, the lower one of the middle. */
export const medianGap = (times: readonly number[]): number => {
  const gaps = times.slice(1).map((timeMs, index) => timeMs - (times[index] as number));
  return gaps.sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)] as number;
};

const EMPTY = { rate: null, prompt: null, output: null };

/** Rows with steps put in where some are missing: each its own while they are few, else one that covers the gap. */
const withMissing = (rows: readonly JoinedRow[], stepMs: number): OpenStep[] =>
  rows.flatMap((row, index) => {
    const { timeMs } = row;
    const gapMs = (rows[index + 1]?.timeMs ?? timeMs + stepMs) - timeMs;
    if (gapMs < MISSING_FROM * stepMs) return [{ ...row, durationMs: gapMs, count: 1 }];
    const steps = Math.round(gapMs / stepMs);
    const missing = steps - 1;
    const each = gapMs / steps;
    const first: OpenStep = { ...row, durationMs: each, count: 1 };
    if (missing > MAX_INTERPOLATED_STEPS) {
      return [first, { ...EMPTY, timeMs: timeMs + each, durationMs: gapMs - each, count: missing }];
    }
    const between = Array.from({ length: missing }, (_, place) => ({
      ...EMPTY,
      timeMs: timeMs + each * (place + 1),
      durationMs: each,
      count: 1,
    }));
    return [first, ...between];
  });

/** The rates, and how many steps got theirs in which way. */
const filledRates = (steps: readonly OpenStep[]): { rates: number[]; interpolated: number; zeros: number } => {
  const rates: number[] = [];
  let interpolated = 0;
  let zeros = 0;
  for (let from = 0; from < steps.length; ) {
    let to = from;
    let count = 0;
    for (let step = steps[to]; step && step.rate === null; step = steps[++to]) count += step.count;
    const [before, after] = [steps[from - 1], steps[to]];
    const isBetween = count <= MAX_INTERPOLATED_STEPS && before && after;
    for (const { timeMs } of steps.slice(from, to)) {
      if (!isBetween) rates.push(0);
      else {
        const share = (timeMs - before.timeMs) / (after.timeMs - before.timeMs);
        rates.push((before.rate ?? 0) + ((after.rate ?? 0) - (before.rate ?? 0)) * share);
      }
    }
    if (isBetween) interpolated += count;
    else zeros += count;
    if (after) rates.push(after.rate ?? 0);
    from = to + 1;
  }
  return { rates, interpolated, zeros };
};

/** Lengths where there are none: those before, and at the start those that come first. */
const filledLengths = (
  steps: readonly OpenStep[],
  role: 'prompt' | 'output',
  rates: readonly number[],
): { lengths: (LengthStatistic | null)[]; filled: number } => {
  let current = steps.find((step) => step[role])?.[role] ?? null;
  let filled = 0;
  const lengths = steps.map((step, index) => {
    if (!step[role] && current && (rates[index] as number) > 0) filled += step.count;
    current = step[role] ?? current;
    return current;
  });
  return { lengths, filled };
};

/**
 * Steps without gaps. A step lasts until the next row. Where rows are missing, or have no rate, at most three steps in a row
 * have rates between those of their neighbours, linear in time; others have a rate of 0. Steps without lengths have those of
 * the step before, and the first ones those of the first step that has some.
 *
 * @param rows in order of time, two at least
 */
export const fillSteps = (rows: readonly JoinedRow[]): { stepMs: number; steps: StatStep[]; notes: string[] } => {
  const stepMs = medianGap(rows.map(({ timeMs }) => timeMs));
  const startMs = rows[0]?.timeMs ?? 0;
  const open = withMissing(rows, stepMs);
  const { rates, interpolated, zeros } = filledRates(open);
  const prompt = filledLengths(open, 'prompt', rates);
  const output = filledLengths(open, 'output', rates);
  return {
    stepMs,
    steps: open.map(({ timeMs, durationMs }, index) => ({
      timeMs: timeMs - startMs,
      durationMs,
      ratePerSecond: rates[index] as number,
      prompt: prompt.lengths[index] ?? null,
      output: output.lengths[index] ?? null,
    })),
    notes: [
      ...countNote('steps that are missing or have no rate, with one between their neighbours', interpolated),
      ...countNote(
        `steps that are missing or have no rate, more than ${MAX_INTERPOLATED_STEPS} in a row or at an end, with a rate of 0`,
        zeros,
      ),
      ...countNote('steps with requests and no prompt lengths, which have those of a step beside them', prompt.filled),
      ...countNote('steps with requests and no output lengths, which have those of a step beside them', output.filled),
    ],
  };
};
