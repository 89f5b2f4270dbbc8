import { BenchmarkError } from '@aibrix/core/errors';
import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { nonFinitePaths } from '../test/non-finite-paths.js';
import { simulatedResults, simulatedRunRecord } from '../test/simulated-run.js';
import { analyse } from './analyse.js';

const T = 1_790_000_000;

/** Times relative to T. 0: 11 tokens in reads of 1; 1: one token; 2: fails on the way; 3: never sent. */
const FIXTURE: RequestResult[] = [
  {
    request_id: 1,
    status: 'success',
    scheduled_time: T + 1,
    queue_time: 0.25,
    start_time: T + 1.5,
    first_token_time: T + 1.75,
    last_token_time: T + 1.75,
    end_time: T + 2,
    prompt_tokens: 50,
    output_tokens: 1,
    prompt_length_planned: 48,
    output_length_planned: 4,
    cached_tokens: 16,
    model: 'm',
  },
  {
    request_id: 0,
    status: 'success',
    scheduled_time: T,
    queue_time: 0,
    start_time: T,
    first_token_time: T + 0.5,
    last_token_time: T + 3,
    end_time: T + 4,
    prompt_tokens: 100,
    output_tokens: 11,
    prompt_length_planned: 100,
    output_length_planned: 11,
    itl: Array.from({ length: 10 }, () => 0.25),
    itl_tokens: Array.from({ length: 10 }, () => 1),
    model: 'm',
  },
  {
    request_id: 2,
    status: 'error',
    error_type: 'timeout',
    error_message: 'no answer',
    scheduled_time: T + 2,
    queue_time: 0,
    start_time: T + 2,
    first_token_time: T + 2.5,
    end_time: T + 5,
    partial_tokens: 7,
    prompt_tokens: 1000,
    latency: 3,
  },
  { request_id: 3, status: 'error', error_type: 'skipped', scheduled_time: T + 3, queue_time: null, start_time: null },
];

const refusal = async (action: Promise<unknown>): Promise<BenchmarkError> => {
  const error = await action.then(
    () => new Error('it was accepted'),
    (reason) => reason,
  );
  if (!BenchmarkError.is(error)) throw error;
  return error;
};

describe('analyse, by hand', () => {
  const report = analyse(FIXTURE, { goodputTargets: 'ttft:0.25,e2e:4' });

  it('counts requests by what came of them', async () => {
    expect((await report).counts).toEqual({
      offered: 4,
      sent: 3,
      succeeded: 2,
      failed: 1,
      unsent: 1,
      success_fraction: 0.5,
      errors: [
        {
          type: 'skipped',
          count: 1,
          fraction: 0.25,
          first_message: null,
          first_code: null,
          first_http_status: null,
        },
        {
          type: 'timeout',
          count: 1,
          fraction: 0.25,
          first_message: 'no answer',
          first_code: null,
          first_http_status: null,
        },
      ],
    });
  });

  it('measures over the window from the first scheduled time to the last completed end', async () => {
    const { window, rates, tokens } = await report;
    expect(window).toEqual({ start_time: T, end_time: T + 4, duration_s: 4, starts_at: 'scheduled' });
    expect(rates).toEqual({
      planned_per_s: null,
      offered_per_s: 3 / 3,
      requests_per_s: 2 / 4,
      output_tokens_per_s: 12 / 4,
      total_tokens_per_s: 162 / 4,
    });
    expect(tokens).toEqual({ prompt: 150, output: 12, total: 162, cached: 16, reasoning: null });
  });

  it('leaves failed requests out of latency and token figures', async () => {
    const { distributions } = await report;
    expect(distributions.latency_s).toMatchObject({
      count: 2,
      mean: 2.25,
      min: 0.5,
      max: 4,
      p50: 2.25,
      is_exact: true,
    });
    expect(distributions.latency_s.p99).toBeCloseTo(0.5 + 0.99 * 3.5, 9);
    expect(distributions.ttft_s).toMatchObject({ count: 2, min: 0.25, max: 0.5 });
    expect(distributions.tpot_s).toMatchObject({ count: 1, mean: 2.5 / 10, std: null });
    expect(distributions.itl_s).toMatchObject({ count: 10, min: 0.25, max: 0.25, std: 0 });
    expect(distributions.itl_mean_s).toMatchObject({ count: 1, mean: 0.25 });
    expect(distributions.ttft_scheduled_s).toMatchObject({ count: 2, min: 0.5, max: 0.75 });
    expect(distributions.latency_scheduled_s).toMatchObject({ count: 2, min: 1, max: 4 });
    expect(distributions.throughput_tokens_per_s).toMatchObject({ min: 1 / 0.5, max: 11 / 4 });
    expect(distributions.norm_tpot_s).toMatchObject({ min: 4 / 11, max: 0.5 });
    expect(distributions.prompt_tokens).toMatchObject({ count: 2, max: 100 });
    expect(distributions.latency_s.thin).toEqual(['p50', 'p75', 'p90', 'p95', 'p99', 'p99_9']);
    expect(distributions.reasoning_tokens).toMatchObject({ count: 0, mean: null, p50: null, thin: [] });
  });

  it('speaks of the client by every request that was sent', async () => {
    const { dispatch_lag_s, queue_time_s, client_lag_s } = (await report).distributions;
    expect(dispatch_lag_s).toMatchObject({ count: 3, max: 0.5, mean: 0.5 / 3 });
    expect(queue_time_s).toMatchObject({ count: 3, max: 0.25 });
    expect(client_lag_s).toMatchObject({ count: 3, max: 0.25, min: 0 });
  });

  it('weighs requests in flight by time, failed ones included', async () => {
    // 0: 4 s, 1: 0.5 s, and 2 s of request 2 within the window; 2 of them at once at most.
    expect((await report).concurrency).toEqual({
      mean: 6.5 / 4,
      max: 2,
      client_gauge: null,
      littles_law: (3 / 4) * (7.5 / 3),
      resolution_s: 0,
    });
  });

  it('compares lengths with the plan', async () => {
    const { prompt, output } = (await report).planned_lengths;
    expect(prompt).toMatchObject({ compared: 2, shorter: 0, equal: 1, longer: 1, planned_tokens: 148 });
    expect(prompt.difference_tokens).toMatchObject({ min: 0, max: 2 });
    expect(output).toMatchObject({ compared: 2, shorter: 1, equal: 1, longer: 0, obtained_tokens: 12 });
    expect(output.difference_tokens.min).toBe(-3);
  });

  it('compares prompts of first turns only: later ones carry the conversation so far', async () => {
    const turns = [0, 1].map((turn) => ({ ...(FIXTURE[1] as RequestResult), request_id: turn, session_id: 's', turn }));
    const { prompt, output } = (await analyse(turns)).planned_lengths;
    expect([prompt.compared, output.compared]).toEqual([1, 2]);
  });

  it('puts each thing into the second in which it happened', async () => {
    const { bin_s, bins } = (await report).time_series;
    expect(bin_s).toBe(1);
    expect(bins.map(({ start_s, duration_s }) => [start_s, duration_s])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 0],
    ]);
    expect(bins.map(({ offered }) => offered)).toEqual([1, 1, 1, 1, 0, 0]);
    expect(bins.map(({ succeeded }) => succeeded)).toEqual([0, 0, 1, 0, 1, 0]);
    expect(bins.map(({ failed }) => failed)).toEqual([{}, {}, {}, { skipped: 1 }, {}, { timeout: 1 }]);
    // Request 0: reads at 0.5, 0.75 and so on to 3.0; request 1: one token at 1.75.
    expect(bins.map(({ output_tokens }) => output_tokens)).toEqual([2, 5, 4, 1, 0, 0]);
    expect(bins.map(({ in_flight_mean }) => in_flight_mean)).toEqual([1, 1.5, 2, 2, 1, 0]);
    expect(bins[1]?.ttft_p50_s).toBeCloseTo(0.25, 2);
    expect(bins[0]?.latency_p99_s).toBeCloseTo(4, 1);
    expect(bins[1]?.client_lag_max_s).toBe(0.25);
    expect(bins[2]?.latency_p50_s).toBeNull();
  });

  it('calls a request good that meets all targets, at the limit too', async () => {
    expect((await report).goodput).toEqual({
      targets: [
        { metric: 'ttft', limit_s: 0.25, met: 1, met_fraction: 0.25 },
        { metric: 'e2e', limit_s: 4, met: 2, met_fraction: 0.5 },
      ],
      good: 1,
      good_per_s: 1 / 4,
      good_fraction: 1 / 4,
    });
  });

  it('lets an answer of one token meet a target on the time between tokens', async () => {
    const { goodput } = await analyse(FIXTURE, { goodputTargets: 'tpot:0.1' });
    expect(goodput).toMatchObject({ good: 1 });
  });

  it('knows nothing of the client without a run record', async () => {
    expect(await report).toMatchObject({ verdict: 'unknown', runs: [], models: ['m'], kind: 'report' });
  });
});

describe('analyse, against plain arithmetic on all values', () => {
  const results = simulatedResults({ requests: 3000, failures: 0.02 });
  const run = simulatedRunRecord(results, { warnings: ['40 output lengths were clipped'] });
  const report = analyse(results, { run, goodputTargets: 'ttft:0.2,tpot:0.04' });
  const succeeded = results.filter(({ status }) => status === 'success');
  const numbers = (of: (result: RequestResult) => number | null | undefined): number[] =>
    succeeded.map(of).filter((value) => typeof value === 'number');

  it.each([
    ['ttft_s', numbers(({ ttft }) => ttft)],
    ['tpot_s', numbers(({ tpot }) => tpot)],
    ['latency_s', numbers(({ latency }) => latency)],
    ['output_tokens', numbers(({ output_tokens }) => output_tokens)],
    ['cached_tokens', numbers(({ cached_tokens }) => cached_tokens)],
    ['latency_scheduled_s', numbers((result) => (result.end_time ?? 0) - (result.scheduled_time ?? 0))],
  ] as const)('%s', async (name, values) => {
    const distribution = (await report).distributions[name];
    const sorted = values.toSorted((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    const quantile = (q: number): number => {
      const rank = q * (sorted.length - 1);
      const share = rank % 1;
      return (sorted[Math.floor(rank)] as number) * (1 - share) + (sorted[Math.ceil(rank)] as number) * share;
    };
    expect(distribution.count).toBe(values.length);
    expect(distribution.mean).toBeCloseTo(mean, 9);
    expect(distribution.std).toBeCloseTo(Math.sqrt(variance), 9);
    expect(distribution.min).toBe(sorted[0]);
    expect(distribution.max).toBe(sorted.at(-1));
    expect(distribution.p50).toBeCloseTo(quantile(0.5), 9);
    expect(distribution.p90).toBeCloseTo(quantile(0.9), 9);
    expect(distribution.p99).toBeCloseTo(quantile(0.99), 9);
    expect(distribution.p99_9).toBeCloseTo(quantile(0.999), 9);
    expect(distribution.thin).toEqual(['p99_9']);
    expect(distribution.is_exact).toBe(true);
  });

  it('goodput, tokens over time, concurrency by Little’s law', async () => {
    const { goodput, counts, time_series, tokens, concurrency, distributions } = await report;
    const good = succeeded.filter(
      ({ ttft, tpot, output_tokens }) => (ttft ?? 9) <= 0.2 && (output_tokens === 1 || (tpot ?? 9) <= 0.04),
    );
    expect(goodput?.good).toBe(good.length);
    expect(goodput?.good_fraction).toBe(good.length / 3000);
    expect(counts.succeeded).toBe(succeeded.length);
    const overTime = time_series.bins.reduce((sum, { output_tokens }) => sum + output_tokens, 0);
    expect(overTime).toBeCloseTo(tokens.output ?? 0, 6);
    expect(time_series.bins.reduce((sum, { offered }) => sum + offered, 0)).toBe(3000);
    expect((concurrency.mean ?? 0) / (concurrency.littles_law ?? 1)).toBeCloseTo(1, 3);
    const gaps = succeeded.flatMap(({ itl }) => itl ?? []);
    expect(distributions.itl_s.count).toBe(gaps.length);
  });

  it('gives the same bytes for the same results', async () => {
    const again = await analyse(results, { run, goodputTargets: 'ttft:0.2,tpot:0.04' });
    expect(JSON.stringify(again)).toBe(JSON.stringify(await report));
  });

  it('takes verdict, origin and warnings from the run record, and the results from anywhere', async () => {
    const stream = (async function* () {
      yield* results;
    })();
    const { verdict, verdict_reason, runs, notes, time_series } = await analyse(stream, { run });
    expect(verdict).toBe('valid');
    expect(verdict_reason).toBe(run.verdict_reason);
    expect(runs[0]).toMatchObject({ workload: run.workload, options: run.options });
    expect(notes).toEqual(['40 output lengths were clipped']);
    expect(time_series.bins.length).toBeLessThanOrEqual(200);
  });

  it('counts requests that left no result as not good, and says so', async () => {
    const counts = { ...run.counts, offered: 4000 };
    const {
      counts: reported,
      goodput,
      notes,
    } = await analyse(results, {
      run: { ...run, counts, ended_early: 'interrupted' },
      goodputTargets: 'e2e:1000',
    });
    expect(reported.offered).toBe(4000);
    expect(goodput?.good_fraction).toBe(succeeded.length / 4000);
    expect(notes).toContain('The run record speaks of 4000 requests offered, the results of 3000.');
  });
});

describe('analyse, on little', () => {
  it('refuses no results', async () => {
    const error = await refusal(analyse([]));
    expect(error.code).toBe('input');
    expect(error.message).toContain('no results');
  });

  it('makes a report of only errors, with null for what was not measured', async () => {
    const report = await analyse(simulatedResults({ requests: 20, failures: 1 }), { goodputTargets: 'ttft:1' });
    expect(report.counts).toMatchObject({ offered: 20, succeeded: 0, failed: 20, success_fraction: 0 });
    expect(report.window).toMatchObject({ end_time: null, duration_s: null });
    expect(report.rates).toMatchObject({ requests_per_s: null, output_tokens_per_s: null, total_tokens_per_s: null });
    expect(report.rates.offered_per_s).toBeGreaterThan(0);
    expect(report.concurrency).toMatchObject({ mean: null, max: null, littles_law: null });
    expect(report.goodput).toMatchObject({ good: 0, good_per_s: null, good_fraction: 0 });
    expect(report.distributions.latency_s).toMatchObject({ count: 0, mean: null, p99: null });
    expect(nonFinitePaths(report)).toEqual([]);
  });

  it('makes a report of one request, without an offered rate', async () => {
    const report = await analyse(simulatedResults({ requests: 1, failures: 0 }));
    expect(report.rates.offered_per_s).toBeNull();
    expect(report.rates.requests_per_s).toBeGreaterThan(0);
    expect(report.distributions.latency_s).toMatchObject({ count: 1, std: null });
    expect(nonFinitePaths(report)).toEqual([]);
  });

  it('has no rates when nothing took any time', async () => {
    const instant = { start_time: T, end_time: T, scheduled_time: T, output_tokens: 0 };
    const report = await analyse([{ request_id: 0, status: 'success', ...instant }]);
    expect(report.window.duration_s).toBeNull();
    expect(report.rates.requests_per_s).toBeNull();
    expect(report.distributions.throughput_tokens_per_s.count).toBe(0);
    expect(nonFinitePaths(report)).toEqual([]);
  });

  it('takes results that say next to nothing, and values that are no numbers', async () => {
    const report = await analyse([
      { request_id: 'a', status: 'success' },
      { request_id: 'b', status: 'success', latency: Number.NaN, itl: [Number.NaN], itl_tokens: [1], output_tokens: 2 },
      { request_id: 'c', status: 'success', first_token_time: T, itl: [Number.NaN], itl_tokens: [1], output_tokens: 2 },
      { request_id: 'd', status: 'error' },
    ]);
    expect(report.counts.errors).toMatchObject([{ type: 'unknown', count: 1 }]);
    expect(nonFinitePaths(report)).toEqual([]);
  });

  it('keeps the classes of errors bounded', async () => {
    const results = Array.from(
      { length: 200 },
      (_, index): RequestResult => ({
        request_id: index,
        status: 'error',
        error_type: `Error${index}`,
        error_message: 'x'.repeat(10_000),
      }),
    );
    const { counts } = await analyse(results);
    expect(counts.errors).toHaveLength(51);
    expect(counts.errors[0]).toMatchObject({ type: 'other', count: 150 });
    expect(counts.errors[0]?.first_message?.length).toBeLessThan(600);
  });
});

it('states the mean in flight of a last bin over the part of it that there was', async () => {
  const results = Array.from(
    { length: 4 },
    (_, index): RequestResult => ({
      request_id: index,
      status: 'success',
      scheduled_time: 1000.25,
      start_time: 1000.25,
      end_time: 1003.35,
    }),
  );
  const { bins } = (await analyse(results)).time_series;
  for (const bin of bins) if (bin.duration_s > 0) expect(bin.in_flight_mean).toBeCloseTo(4, 9);
  expect(bins.reduce((sum, bin) => sum + bin.duration_s, 0)).toBeCloseTo(3.1, 9);
});

it('ends when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(analyse(FIXTURE, { signal })).rejects.toThrow('enough');
});
