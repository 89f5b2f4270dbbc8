import type { WorkloadEntry } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { synthetic } from './generate.js';
import type { SyntheticOptions } from './options.js';

const folder = temporaryFolder();

const planned = (options: SyntheticOptions): Promise<WorkloadEntry[]> =>
  collect(synthetic({ withText: false, ...options }, {}));

/** Requests in each slice of time. */
const countsIn = (entries: readonly WorkloadEntry[], widthMs: number, slices: number): number[] => {
  const counts = Array<number>(slices).fill(0);
  for (const { timestamp } of entries) {
    const slice = Math.floor(timestamp / widthMs);
    counts[slice] = (counts[slice] ?? 0) + 1;
  }
  return counts;
};

describe('synthetic', () => {
  it('follows the rate of its pattern interval by interval', async () => {
    const pattern = { mean: 200, fluctuate: 100, periods: 2 };
    const options = { traffic: pattern, promptLength: null, outputLength: null, arrivals: 'constant' } as const;
    const entries = await planned({ ...options, durationMs: 40_000, intervalMs: 2000 });
    const counts = countsIn(entries, 2000, 20);
    for (const [interval, count] of counts.entries()) {
      const rate = 200 + 100 * Math.sin((2 * Math.PI * 2 * interval) / 21);
      // Equal gaps: exact but for the request that straddles a boundary.
      expect(Math.abs(count - 2 * rate)).toBeLessThanOrEqual(1.01);
    }
  });

  it.each([100, 250, 3000])('keeps the mean rate at intervals of %d ms', async (intervalMs) => {
    const traffic = { mean: 50, fluctuate: 20, periods: 3 };
    const entries = await planned({ traffic, promptLength: null, outputLength: null, durationMs: 60_000, intervalMs });
    // Four standard errors of a Poisson count of 3,000.
    expect(Math.abs(entries.length - 3000)).toBeLessThan(4 * Math.sqrt(3000) + 60);
  });

  it('counts the intervals in which a pattern is below what can be', async () => {
    // A sine of mean 1 and amplitude 3 is negative for a part of each period.
    const options = { traffic: { mean: 1, fluctuate: 3, periods: 2 }, promptLength: null, outputLength: null } as const;
    const workload = synthetic({ ...options, withText: false, durationMs: 40_000, intervalMs: 2000 }, {});
    await collect(workload);
    expect(workload.findings?.().notes).toContainEqual(
      expect.stringMatching(/^intervals in which the pattern of traffic is below 0, and was raised to it: \d+$/),
    );
  });

  it('does not lift low rates', async () => {
    const traffic = { mean: 0.2 };
    const options = { traffic, promptLength: null, outputLength: null, arrivals: 'constant' } as const;
    expect(await planned({ ...options, durationMs: 100_000 })).toHaveLength(20);
  });

  it('has requests of the lengths of their interval, made to the token', async () => {
    const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
    const options: SyntheticOptions = {
      lengthMode: 'exact',
      traffic: { mean: 10 },
      promptLength: { mean: 60, fluctuate: 30, periods: 1 },
      outputLength: { mean: 20 },
      durationMs: 8000,
    };
    const entries = await collect(synthetic(options, { source }));
    expect(entries.length).toBeGreaterThan(50);
    for (const { timestamp, requests } of entries) {
      const [request] = requests;
      const interval = Math.floor(timestamp / 1000);
      const tokens = Math.round(60 + 30 * Math.sin((2 * Math.PI * interval) / 9));
      expect(request).toMatchObject({ prompt_length: tokens, output_length: 20 });
      expect(encode(request?.prompt ?? '')).toHaveLength(tokens);
    }
  });

  it('sends turns of at most the sessions that may run at once', async () => {
    const sessions = Array.from({ length: 6 }, (_, session) => ({
      session_id: session,
      prompts: Array.from({ length: 5 }, (_, turn) => `session ${session}, turn ${turn}`),
      prompt_lengths: [4, 4, 4, 4, 4],
    }));
    const pool = await openPromptPool(await folder.write('sessions.jsonl', jsonl(sessions)));
    const options = { traffic: { mean: 10 }, promptLength: null, outputLength: null, durationMs: 2500 };
    const entries = await collect(synthetic({ ...options, maxConcurrentSessions: 2 }, { pool }));
    const order = entries.map(({ requests }) => Number(requests[0]?.session_id));
    expect(order.length).toBeGreaterThan(15);
    for (const [index, session] of order.entries()) {
      const begun = new Set(order.slice(0, index + 1));
      const finished = [...begun].filter((id) => order.slice(0, index + 1).filter((one) => one === id).length === 5);
      expect(begun.size - finished.length).toBeLessThanOrEqual(2);
      expect(session).toBeLessThan(begun.size + 1);
    }
    await pool.close();
  });

  it('takes any rate for its traffic, such as a ramp', async () => {
    const traffic = { kind: 'ramp', from_rps: 1, to_rps: 10, duration_ms: 100_000 } as const;
    const options = { traffic, promptLength: null, outputLength: null, arrivals: 'constant' } as const;
    const entries = await planned({ ...options, durationMs: 100_000 });
    // The integral of the rate: t + 4.5·t² over t from 0 to 1, times 100 s.
    expect(countsIn(entries, 25_000, 4)).toEqual(
      [0.25, 0.5, 0.75, 1].map((end) => {
        const upTo = (share: number): number => Math.ceil(100 * (share + 4.5 * share * share) - 1e-9);
        return upTo(end) - upTo(end - 0.25);
      }),
    );
  });

  it('says what it was made of, presets as the patterns that they are', async () => {
    const workload = synthetic({ withText: false, promptLength: 'high_slow', traffic: 'quick_rising' }, {});
    await collect(workload);
    expect(workload.origin.options).toMatchObject({
      traffic: { mean: 6, fluctuate: 3, noise: 0.1, periods: 5, only_rise: true },
      promptLength: { mean: 1024, fluctuate: 696, noise: 0.1, period_len_ms: 120_000 },
      outputLength: { mean: 1024, fluctuate: 102.4, noise: 0.1, periods: 1 },
    });
    expect(workload.origin.arrivals).toMatchObject({
      of: 'requests',
      process: 'poisson',
      rate: { kind: 'intervals', interval_ms: 1000, rates_rps: expect.any(Array) },
    });
  });

  it('is the same each time, and another with another seed', async () => {
    const once = await planned({ seed: 1 });
    expect(await planned({ seed: 1 })).toEqual(once);
    expect(await planned({ seed: 2 })).not.toEqual(once);
  });

  it.each<[SyntheticOptions, RegExp]>([
    [{ traffic: 'slow_risng' }, /traffic: there is no pattern "slow_risng": it is constant, quick_rising/],
    [{ traffic: { mean: -1 } }, /traffic\.mean: must be above 0/],
    [{ promptLength: { mean: 5, periods: 2, period_len_ms: 5 } }, /promptLength\.periods: says the same/],
    [{ traffic: { kind: 'ramp', from_rps: -1, to_rps: 1, duration_ms: 5 } }, /traffic\.from_rps/],
    [{ lengthMode: 'exact', promptLength: null }, /promptLength: is needed with lengthMode exact/],
    [{ burstiness: 2 }, /burstiness: is the shape of gamma or weibull/],
    [{ intervalMs: 0 }, /intervalMs: must be above 0/],
  ])('refuses %j', (options, message) => {
    expect(() => synthetic(options, {})).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});
