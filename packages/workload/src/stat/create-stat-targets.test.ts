import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { createArrivals } from '../arrivals/create-arrivals.js';
import { createRate } from '../arrivals/create-rate.js';
import { createStatTargets, type StatTargetsOptions } from './create-stat-targets.js';
import { normalQuantile } from './normal-quantile.js';
import type { LengthStatistic, StatStep, StatSteps } from './stat-steps.js';

const STEP_MS = 60_000;
const percentiles = (median: number, sigma: number): LengthStatistic => ({
  kind: 'percentiles',
  percentiles: [0.5, 0.7, 0.9, 0.99].map((q) => ({ q, tokens: median * Math.exp(sigma * normalQuantile(q)) })),
});
const uneven: LengthStatistic = {
  kind: 'percentiles',
  percentiles: [
    { q: 0.5, tokens: 500 },
    { q: 0.7, tokens: 900 },
    { q: 0.95, tokens: 2500 },
    { q: 0.99, tokens: 4000 },
  ],
};
const mean = (tokens: number): LengthStatistic => ({ kind: 'mean', tokens });
const tableOf = (...steps: Partial<StatStep>[]): StatSteps => ({
  stepMs: STEP_MS,
  startTimeMs: 0,
  notes: [],
  steps: steps.map((step, index) => ({
    timeMs: index * STEP_MS,
    durationMs: STEP_MS,
    ratePerSecond: 10,
    prompt: null,
    output: null,
    ...step,
  })),
});
/** Targets after so many requests in each step, evenly spaced. */
const drawn = (table: StatSteps, perStep: number, options: StatTargetsOptions = {}) => {
  const targets = createStatTargets(table, { seed: 3, ...options });
  const lengths = table.steps.map(({ timeMs, durationMs }) =>
    Array.from({ length: perStep }, (_, i) => targets.lengthsAt(timeMs + (durationMs * (i + 0.5)) / perStep)),
  );
  return { targets, lengths };
};

describe('createStatTargets', () => {
  test('obtains percentiles within 2 % of the fit in 100,000 draws of each step, and reports it', () => {
    const table = tableOf(
      { prompt: percentiles(1000, 0.8), output: uneven },
      { prompt: percentiles(3000, 0.4), output: uneven },
      { prompt: percentiles(200, 0.6), output: percentiles(60, 0.25) },
    );
    const { targets, lengths } = drawn(table, 100_000);
    const report = targets.report();
    for (const figure of [...(report.prompt_lengths?.figures ?? []), ...(report.output_lengths?.figures ?? [])]) {
      expect(figure.obtained_to_fit_error.max).toBeLessThan(0.02);
    }
    expect(report.prompt_lengths?.figures.map(({ statistic }) => statistic)).toEqual(['p50', 'p70', 'p90', 'p99']);
    for (const { asked_tokens, fit_tokens, obtained_tokens, fit_to_asked_error } of report.prompt_lengths?.figures ??
      []) {
      expect(fit_to_asked_error.max).toBeLessThan(1e-9);
      expect(Math.abs(fit_tokens / asked_tokens - 1)).toBeLessThan(1e-9);
      expect(Math.abs(obtained_tokens / asked_tokens - 1)).toBeLessThan(0.01);
    }
    // The report is right about what came: the same percentiles by sorting.
    const sorted = (lengths[1] ?? []).map(({ promptTokens }) => promptTokens ?? 0).sort((a, b) => a - b);
    const asked = 3000 * Math.exp(0.4 * normalQuantile(0.9));
    expect(Math.abs((sorted[90_000] as number) / asked - 1)).toBeLessThan(0.02);
    // Percentiles that no lognormal distribution has are missed by the fit, and that is said too.
    const p95 = report.output_lengths?.figures.find(({ statistic }) => statistic === 'p95');
    expect(p95?.requests).toBe(200_000);
    expect(p95?.fit_to_asked_error.max).toBeGreaterThan(0.01);
    expect(report.output_lengths?.worst_steps[0]?.max_error).toBeGreaterThanOrEqual(p95?.fit_to_asked_error.max ?? 1);
  });

  test('moves the median by 20 % up and down over the step', () => {
    const table = tableOf({ prompt: percentiles(1000, 0.5) });
    const targets = createStatTargets(table);
    const medianAt = (share: number) => {
      const lengths = Array.from({ length: 20_000 }, () => targets.lengthsAt(share * STEP_MS).promptTokens ?? 0);
      return lengths.sort((a, b) => a - b)[10_000] as number;
    };
    const [top, middle, bottom] = [medianAt(0.25), medianAt(0.5), medianAt(0.75)];
    // One standard error of a median of 20,000 with sigma 0.48 is 0.43 %; the middle is 1 % above 1000 to make up for the sine.
    expect(Math.abs(middle / 1010 - 1)).toBeLessThan(0.015);
    expect(Math.abs(top / middle - 1.2)).toBeLessThan(0.025);
    expect(Math.abs(bottom / middle - 0.8)).toBeLessThan(0.025);
  });

  test('of a mean draws that mean and its sine, and no other spread', () => {
    const { targets, lengths } = drawn(tableOf({ prompt: mean(1000), output: mean(50) }, { prompt: mean(300) }), 1000);
    const prompts = (lengths[0] ?? []).map(({ promptTokens }) => promptTokens ?? 0);
    expect(Math.min(...prompts)).toBe(800);
    expect(Math.max(...prompts)).toBe(1200);
    expect(prompts.reduce((sum, tokens) => sum + tokens, 0) / 1000).toBeCloseTo(1000, 6);
    expect(targets.report().prompt_lengths?.figures).toMatchObject([
      {
        statistic: 'mean',
        requests: 2000,
        asked_tokens: 650,
        fit_tokens: 650,
        obtained_tokens: expect.closeTo(650, 1),
      },
    ]);
  });

  test('does not spread lengths that are said to be equal', () => {
    const { lengths } = drawn(tableOf({ prompt: percentiles(77, 0) }), 100);
    expect(new Set((lengths[0] ?? []).map(({ promptTokens }) => promptTokens))).toEqual(new Set([77]));
  });

  test('divides by the scales, and asks for one token at least', () => {
    const table = tableOf({ ratePerSecond: 8, prompt: mean(1000), output: percentiles(100, 0) });
    const { targets, lengths } = drawn(table, 4, {
      qpsScale: 4,
      inputScale: 10,
      outputScale: 1000,
      fluctuation: 'none',
    });
    expect(targets.rates.ratesPerSecond[0]).toBe(2);
    expect(lengths[0]).toEqual([114, 114, 86, 86].map((promptTokens) => ({ promptTokens, outputTokens: 1 })));
    expect(targets.report()).toMatchObject({
      rate: { asked_mean_rps: 2, drawn_mean_rps: 2 },
      prompt_lengths: { figures: [{ asked_tokens: 100 }] },
    });
  });

  test('says nothing of lengths that the export does not have', () => {
    const { targets, lengths } = drawn(tableOf({}), 2);
    expect(lengths[0]).toEqual([
      { promptTokens: null, outputTokens: null },
      { promptTokens: null, outputTokens: null },
    ]);
    expect(targets.report()).toMatchObject({ steps: 1, step_ms: STEP_MS, prompt_lengths: null, output_lengths: null });
  });

  test('ends with the duration, or with the steps', () => {
    const table = tableOf({}, {}, {});
    expect(createStatTargets(table).durationMs).toBe(3 * STEP_MS);
    expect(createStatTargets(table, { durationMs: 90_000 })).toMatchObject({ durationMs: 90_000 });
    expect(createStatTargets(table, { durationMs: 90_000 }).rates.ratesPerSecond).toHaveLength(90);
    expect(createStatTargets(table, { durationMs: 90_000 }).report().steps).toBe(2);
    expect(createStatTargets(table, { durationMs: 1e9 }).durationMs).toBe(3 * STEP_MS);
  });

  test('draws the same for the same seed; prompts, outputs and rates each of their own stream', () => {
    const both = tableOf({ prompt: percentiles(500, 1), output: percentiles(50, 1) }, { prompt: percentiles(9, 1) });
    const onlyPrompt = tableOf({ prompt: percentiles(500, 1) }, { prompt: percentiles(9, 1) });
    const [first, again, other, without] = [
      drawn(both, 50),
      drawn(both, 50),
      drawn(both, 50, { seed: 4 }),
      drawn(onlyPrompt, 50),
    ];
    const promptsOf = ({ lengths }: typeof first) => lengths.flat().map(({ promptTokens }) => promptTokens);
    expect(first.lengths).toEqual(again.lengths);
    expect(promptsOf(first)).not.toEqual(promptsOf(other));
    expect(promptsOf(without)).toEqual(promptsOf(first));
    expect(without.targets.rates).toEqual(first.targets.rates);
  });

  test('a step that is changed leaves the draws after it as they were', () => {
    const tail = { prompt: percentiles(500, 1) };
    const [one, two] = [mean(7), percentiles(40, 2)].map((prompt) => drawn(tableOf({ prompt }, tail), 25).lengths[1]);
    expect(one).toEqual(two);
  });

  test('refuses a request before the current step', () => {
    const targets = createStatTargets(tableOf({ prompt: mean(5) }, {}));
    targets.lengthsAt(STEP_MS);
    expect(() => targets.lengthsAt(STEP_MS - 1)).toThrow(RangeError);
    expect(() => createStatTargets(tableOf({})).lengthsAt(-1)).toThrow(RangeError);
    expect(targets.lengthsAt(10 * STEP_MS).promptTokens).toBeNull();
  });

  test('makes arrivals of the asked number, with rates that are low and with a stretch of none', () => {
    const hour = { durationMs: 3_600_000 };
    const table: StatSteps = {
      ...tableOf(),
      steps: [0.02, 0, 0.5].map((ratePerSecond, index) => ({
        timeMs: index * 3_600_000,
        ...hour,
        ratePerSecond,
        prompt: null,
        output: null,
      })),
    };
    const counts = [0, 0, 0];
    const runs = 60;
    for (let seed = 0; seed < runs; seed++) {
      const { rates, durationMs } = createStatTargets(table, { seed });
      const rate = createRate({ kind: 'intervals', interval_ms: rates.intervalMs, rates_rps: rates.ratesPerSecond });
      const arrivals = createArrivals({
        process: 'poisson',
        shape: null,
        rate,
        random: createRandom(seed, 'arrivals'),
      });
      for (const timeMs of arrivals) {
        if (timeMs >= durationMs) break;
        const step = Math.floor(timeMs / 3_600_000);
        counts[step] = (counts[step] ?? 0) + 1;
      }
    }
    expect(counts[1]).toBe(0);
    for (const [step, rate] of [
      [0, 0.02],
      [2, 0.5],
    ] as const) {
      const asked = rate * 3600 * runs;
      // Counts of counts: twice the variance of a Poisson process. Four standard errors.
      expect(Math.abs((counts[step] as number) - asked)).toBeLessThan(4 * Math.sqrt(2 * asked));
    }
  });
});
