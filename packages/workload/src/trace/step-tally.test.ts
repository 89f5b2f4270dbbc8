import { createRandom } from '@aibrix/core/random';
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

test('gives the median at any time to three digits, of steps of any size', () => {
  const random = createRandom(0, 'steps');
  const tally = createStepTally();
  const steps: number[] = [];
  for (let count = 1; count <= 3000; count++) {
    const step = Math.round(10 ** (random.next() * 15 - 5) * 1e6) / 1e6;
    steps.push(step);
    tally.add(step);
    steps.sort((a, b) => a - b);
    const median = Number((steps[Math.ceil(count / 2) - 1] as number).toPrecision(3));
    // Where toPrecision rounds a half the other way there is one in the last of three digits between them.
    const found = tally.figures();
    expect(Math.abs((found?.medianMs ?? 0) / median - 1)).toBeLessThan(0.010_001);
    expect(found).toMatchObject({ minMs: steps[0], maxMs: steps.at(-1) });
  }
});

test.for([1e-9, 1e-6, 0.001, 0.29, 1, 9.99, 999, 1000, 3000, 123_000, 1e9, 1e18])('takes a step of %d ms', (step) => {
  const tally = createStepTally();
  tally.add(step);
  const median = tally.figures()?.medianMs;
  if (step >= 1e-6 && step < 1e15) expect(median).toBe(step);
  else expect(median).toBeGreaterThan(0);
});
