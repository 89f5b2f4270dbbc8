import type { WorkloadEntry } from '@aibrix/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectWorkloadSeries, type WorkloadSeries } from './workload-series.js';

const seriesOf = (entries: readonly WorkloadEntry[]): WorkloadSeries => {
  const series = collectWorkloadSeries();
  for (const entry of entries) series.add(entry);
  return series.result();
};

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

describe('collectWorkloadSeries', () => {
  it('loses no request and no token, however long the workload is, in at most 300 slices', () => {
    const request = fc.record({ prompt_length: fc.option(fc.nat(1000)), output_length: fc.option(fc.nat(1000)) });
    const entry = fc.record({ timestamp: fc.double({ min: 0, max: 1e9, noNaN: true }), requests: fc.array(request) });
    fc.assert(
      fc.property(fc.array(entry), (given) => {
        const entries = given.toSorted((a, b) => a.timestamp - b.timestamp);
        const requests = entries.flatMap((one) => one.requests);
        const { bins, bin_ms } = seriesOf(entries);
        expect(bins.length).toBeLessThanOrEqual(300);
        expect(sum(bins.map((bin) => bin.requests))).toBe(requests.length);
        expect(sum(bins.map((bin) => bin.prompt_tokens))).toBe(sum(requests.map((one) => one.prompt_length)));
        expect(sum(bins.map((bin) => bin.output_tokens))).toBe(sum(requests.map((one) => one.output_length)));
        for (const one of entries) {
          if (one.requests.length > 0) expect(bins[Math.floor(one.timestamp / bin_ms)]?.requests).toBeGreaterThan(0);
        }
      }),
      { seed: 1 },
    );
  });

  it('keeps slices that nothing starts in, and tells unknown lengths from none', () => {
    const { bins, bin_ms, lengths, sessions } = seriesOf([
      { timestamp: 0, requests: [{ prompt_length: 5 }, { prompt_length: 7 }, {}] },
      { timestamp: 250, requests: [{}] },
    ]);
    expect(bin_ms).toBe(100);
    expect(bins.map((bin) => [bin.start_ms, bin.requests, bin.prompt_tokens, bin.prompts_with_length])).toEqual([
      [0, 3, 12, 2],
      [100, 0, null, 0],
      [200, 1, null, 0],
    ]);
    expect(lengths).toEqual({ prompt: expect.any(Array), output: null });
    expect(sessions).toBeNull();
  });

  it('draws sessions whole, and fewer of them when there are many requests', () => {
    const entries = Array.from({ length: 20_000 }, (_, index) => ({
      timestamp: index,
      requests: [{ session_id: `s${index % 5000}` }],
    }));
    const { sessions, sessions_total, dots_shown_of } = seriesOf(entries);
    expect([sessions_total, dots_shown_of]).toEqual([5000, 20_000]);
    expect(sessions?.length).toBeLessThanOrEqual(4000);
    expect(sessions?.length).toBeGreaterThan(1500);
    const bySession = Map.groupBy(sessions ?? [], ({ lane }) => lane);
    for (const [lane, dots] of bySession) {
      expect(dots.map(({ time_ms }) => time_ms)).toEqual([0, 1, 2, 3].map((round) => round * 5000 + lane));
    }
  });

  it('thins a session that has most of the requests, in the time of one pass', () => {
    const entries = Array.from({ length: 400_000 }, (_, index) => ({
      timestamp: index,
      requests: [{ session_id: index % 1000 === 999 ? `s${index}` : 'long' }],
    }));
    const start = performance.now();
    const { sessions, dots_shown_of } = seriesOf(entries);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(dots_shown_of).toBe(400_000);
    expect(sessions?.length).toBeGreaterThan(1000);
    expect(sessions?.length).toBeLessThanOrEqual(4000);
    expect(sessions?.at(-1)?.time_ms).toBeGreaterThan(390_000);
  });
});
