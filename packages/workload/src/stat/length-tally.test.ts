import { describe, expect, test } from 'vitest';
import type { AskedFigure } from './length-model.js';
import { createLengthTally } from './length-tally.js';
import type { StatStep } from './stat-steps.js';

const stepAt = (timeMs: number): StatStep => ({
  timeMs,
  durationMs: 1000,
  ratePerSecond: 1,
  prompt: null,
  output: null,
});
const median = (asked: number, fit = asked): AskedFigure[] => [{ statistic: 'p50', q: 0.5, asked, fit }];

describe('createLengthTally', () => {
  test('compares what was asked for, fitted and obtained', () => {
    const tally = createLengthTally();
    const [quiet, busy] = [stepAt(0), stepAt(1000)];
    for (let i = 0; i < 21; i++) tally.add(100 + i, quiet, median(100, 105));
    for (let i = 0; i < 42; i++) tally.add(200, busy, median(200));
    const { requests, figures, worst_steps } = tally.report();
    expect(requests).toBe(63);
    expect(figures).toEqual([
      {
        statistic: 'p50',
        requests: 63,
        asked_tokens: expect.closeTo((21 * 100 + 42 * 200) / 63, 9),
        fit_tokens: expect.closeTo((21 * 105 + 42 * 200) / 63, 9),
        // 43 of 63 lengths are exactly those asked for.
        obtained_tokens: expect.closeTo((21 * 100 + 42 * 200) / 63, 9),
        fit_to_asked_error: { mean: expect.closeTo(0.05 / 3, 9), max: expect.closeTo(0.05, 9) },
        // 110 in the first step; told to 0.05 %.
        obtained_to_fit_error: { mean: expect.closeTo((110 / 105 - 1) / 3, 3), max: expect.closeTo(110 / 105 - 1, 3) },
        obtained_to_asked_error: { mean: expect.closeTo(0.1 / 3, 3), max: expect.closeTo(0.1, 3) },
      },
    ]);
    expect(worst_steps.map(({ time_ms, requests: count }) => [time_ms, count])).toEqual([
      [0, 21],
      [1000, 42],
    ]);
  });

  test('does not tell a percentile of a step from too few requests', () => {
    const tally = createLengthTally();
    for (let i = 0; i < 19; i++) tally.add(150, stepAt(0), median(100, 110));
    const { figures, worst_steps } = tally.report();
    expect(worst_steps[0]?.figures[0]?.obtained_tokens).toBeNull();
    expect(worst_steps[0]?.max_error).toBeCloseTo(0.1, 9);
    expect(figures[0]?.obtained_to_asked_error).toEqual({ mean: null, max: null });
    // Over the whole run it says what came.
    expect(figures[0]?.obtained_tokens).toBeCloseTo(150, 0);
  });

  test('is not misled by steps of few requests each, whose own percentiles would be', () => {
    const tally = createLengthTally();
    const figures: AskedFigure[] = [{ statistic: 'p99', q: 0.99, asked: 99, fit: 99 }];
    for (let i = 0; i < 10_000; i++) tally.add((i % 100) + 1, stepAt(i), figures);
    expect(tally.report().figures[0]?.obtained_tokens).toBeCloseTo(99, 0);
  });

  test('keeps the five worst steps, and its size', () => {
    const tally = createLengthTally();
    for (let i = 0; i < 500; i++) tally.add(100, stepAt(i), median(100, 100 + (i % 50) + i / 1000));
    const { worst_steps } = tally.report();
    expect(worst_steps.map(({ time_ms }) => time_ms)).toEqual([499, 449, 399, 349, 299]);
    expect(JSON.stringify(tally.report()).length).toBeLessThan(2000);
  });

  test('may be asked within a step, which goes on', () => {
    const [tally, whole] = [createLengthTally(), createLengthTally()];
    const step = stepAt(0);
    for (let i = 0; i < 100; i++) {
      tally.add(100 + i, step, median(100));
      whole.add(100 + i, step, median(100));
      if (i % 10 === 0) tally.report();
    }
    expect(tally.report()).toEqual(whole.report());
  });

  test('has no figures where there were no requests', () => {
    expect(createLengthTally().report()).toEqual({ requests: 0, figures: [], worst_steps: [] });
  });
});
