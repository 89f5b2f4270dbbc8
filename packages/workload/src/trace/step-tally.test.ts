import { expect, test } from 'vitest';
import { createStepTally } from './step-tally.js';

test('gives the least, the middle and the greatest step', () => {
  const tally = createStepTally();
  expect(tally.figures()).toBeUndefined();
  for (const step of [5, 1, 9]) tally.add(step);
  expect(tally.figures()).toEqual({ minMs: 1, medianMs: 5, maxMs: 9 });
  for (const step of [1, 1, 1]) tally.add(step);
  expect(tally.figures()).toEqual({ minMs: 1, medianMs: 1, maxMs: 9 });
});

test('gives the lower one of two in the middle, and takes steps to be equal to the nanosecond', () => {
  const tally = createStepTally();
  for (const step of [0.3, 0.1 + 0.2, 4, 7]) tally.add(step);
  expect(tally.figures()).toEqual({ minMs: 0.3, medianMs: 0.3, maxMs: 7 });
});
