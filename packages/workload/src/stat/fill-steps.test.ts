import { describe, expect, test } from 'vitest';
import { fillSteps, medianGap } from './fill-steps.js';
import type { LengthStatistic } from './stat-steps.js';

const MINUTE = 60_000;
const mean = (tokens: number): LengthStatistic => ({ kind: 'mean', tokens });

/** Rows with a rate at minutes; null is a row without one. */
const rows = (...pairs: [minute: number, rate: number | null][]) =>
  pairs.map(([minute, rate]) => ({ timeMs: 1e12 + minute * MINUTE, rate, prompt: null, output: null }));
const shown = (...pairs: [number, number | null][]) => {
  const { steps, notes } = fillSteps(rows(...pairs));
  return { steps: steps.map((step) => [step.timeMs / MINUTE, step.durationMs / MINUTE, step.ratePerSecond]), notes };
};

describe('fillSteps', () => {
  test('takes the median gap for the step, which missing rows do not lengthen', () => {
    expect(medianGap([0, 15, 30, 45, 1000, 1015])).toBe(15);
    expect(fillSteps(rows([0, 1], [1, 1], [2, 1], [60, 1], [61, 1])).stepMs).toBe(MINUTE);
  });

  test('gives up to three missing steps a rate between their neighbours', () => {
    expect(shown([0, 1], [1, 8], [5, 4], [6, 1])).toEqual({
      steps: [
        [0, 1, 1],
        [1, 1, 8],
        [2, 1, 7],
        [3, 1, 6],
        [4, 1, 5],
        [5, 1, 4],
        [6, 1, 1],
      ],
      notes: ['steps that are missing or have no rate, with one between their neighbours: 3'],
    });
  });

  test('gives a longer gap a rate of 0, in one step however long it is', () => {
    expect(shown([0, 1], [1, 8], [6, 4], [7, 4], [1_000_007, 1])).toEqual({
      steps: [
        [0, 1, 1],
        [1, 1, 8],
        [2, 4, 0],
        [6, 1, 4],
        [7, 1, 4],
        [8, 999_999, 0],
        [1_000_007, 1, 1],
      ],
      notes: ['steps that are missing or have no rate, more than 3 in a row or at an end, with a rate of 0: 1000003'],
    });
  });

  test('treats rows without a rate as missing ones, together with those beside them', () => {
    expect(shown([0, 4], [1, null], [3, 1], [4, null], [5, null], [7, null], [8, null], [9, 2]).steps).toEqual([
      [0, 1, 4],
      [1, 1, 3],
      [2, 1, 2],
      [3, 1, 1],
      [4, 1, 0],
      [5, 1, 0],
      [6, 1, 0],
      [7, 1, 0],
      [8, 1, 0],
      [9, 1, 2],
    ]);
  });

  test('does not go beyond the first and last rate', () => {
    expect(shown([0, null], [1, 5], [2, null]).steps).toEqual([
      [0, 1, 0],
      [1, 1, 5],
      [2, 1, 0],
    ]);
  });

  test('lets each step last until the next row, where steps are not quite even', () => {
    expect(shown([0, 1], [1.25, 2], [2, 3], [3, 4]).steps).toEqual([
      [0, 1.25, 1],
      [1.25, 0.75, 2],
      [2, 1, 3],
      [3, 1, 4],
    ]);
  });

  test('has lengths of the step before where there are none, and counts only where there are requests', () => {
    const lengths = [null, mean(1), null, null, mean(2)];
    const rates = [1, 1, 0, 1, 1];
    const { steps, notes } = fillSteps(
      lengths.map((prompt, index) => ({ timeMs: index, rate: rates[index] as number, prompt, output: null })),
    );
    expect(steps.map(({ prompt }) => prompt)).toEqual([mean(1), mean(1), mean(1), mean(1), mean(2)]);
    expect(notes).toEqual(['steps with requests and no prompt lengths, which have those of a step beside them: 2']);
  });
});
