import { describe, expect, it } from 'vitest';
import { binOf, wavyBins, workloadData } from '../../test/workload-chart-data.js';
import { joinBins } from './joined-bins.js';

const joinedOf = (...counts: number[]) =>
  joinBins(workloadData({ bins: counts.map((count, index) => binOf(index, count)) }));

describe('joinBins', () => {
  it('leaves few bins as they are', () => {
    const { factor, bins } = joinedOf(2, 0, 4);
    expect(factor).toBe(1);
    expect(bins.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 1000],
      [1000, 2000],
      [2000, 3000],
    ]);
    expect(bins.map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([2, 0, 4]);
  });

  it.each([
    [300, 1, 300],
    [301, 2, 151],
    [601, 5, 121],
    [5000, 20, 250],
    [50_000, 200, 250],
  ])('makes %d bins to groups of %d, and loses no request', (count, factor, columns) => {
    const data = workloadData({ bins: wavyBins(count, 20) });
    const joined = joinBins(data);
    expect(joined.factor).toBe(factor);
    expect(joined.bins).toHaveLength(columns);
    const drawn = joined.bins.reduce((sum, bin) => sum + (bin.requestsPerSecond * (bin.toMs - bin.fromMs)) / 1000, 0);
    expect(drawn).toBeCloseTo(
      data.bins.reduce((sum, { requests }) => sum + requests, 0),
      4,
    );
    expect(Math.max(...joined.bins.map(({ peakPerSecond }) => peakPerSecond))).toBe(
      Math.max(...data.bins.map(({ requests }) => requests)),
    );
  });

  it('knows that no request means no token, but no mean', () => {
    const [, empty] = joinedOf(1, 0).bins;
    expect(empty?.prompt).toEqual({ perSecond: 0, mean: null });
  });

  it('knows nothing of requests that state no length', () => {
    const bins = [{ ...binOf(0, 3), prompt_tokens: null, prompts_with_length: 0 }];
    expect(joinBins(workloadData({ bins })).bins[0]).toMatchObject({
      prompt: { perSecond: null, mean: null },
      output: { perSecond: 30, mean: 10 },
    });
  });

  it('divides by what states a length, not by all', () => {
    const bins = [{ ...binOf(0, 4), prompt_tokens: 600, prompts_with_length: 2 }];
    expect(joinBins(workloadData({ bins })).bins[0]?.prompt.mean).toBe(300);
    const { prompts_with_length, ...uncounted } = bins[0] as (typeof bins)[0];
    expect(joinBins(workloadData({ bins: [uncounted] })).bins[0]?.prompt).toEqual({ perSecond: 600, mean: null });
  });

  it('does not join over a gap', () => {
    const bins = wavyBins(400, 5).filter((_, index) => index !== 100);
    const joined = joinBins(workloadData({ bins })).bins;
    expect(joined.some(({ fromMs, toMs }) => fromMs < 100_500 && toMs > 100_500)).toBe(false);
  });
});
