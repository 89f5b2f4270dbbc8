import { describe, expect, it } from 'vitest';
import { visitTokenArrivals } from './token-arrivals.js';

const CLOCKS = { firstTokenTime: 10, lastTokenTime: 13, endTime: 14, outputTokens: 6 };

const arrivals = (
  clocks: Partial<typeof CLOCKS> | Record<string, null>,
  reads: { itl?: number[]; itl_tokens?: number[]; first_read_tokens?: number },
) => {
  const visits: [number, number, number][] = [];
  visitTokenArrivals({ ...CLOCKS, ...clocks }, reads, (...visit) => visits.push(visit));
  return visits;
};

describe('visitTokenArrivals', () => {
  it('follows the reads where they were kept; the first holds the rest', () => {
    expect(arrivals({}, { itl: [1, 2], itl_tokens: [3, 1] })).toEqual([
      [10, 10, 2],
      [11, 11, 3],
      [13, 13, 1],
    ]);
  });

  it('gives each read its share where chunks were counted and held several tokens', () => {
    expect(
      arrivals({ outputTokens: 100 }, { itl: [1, 1, 1, 1], itl_tokens: [1, 1, 1, 1], first_read_tokens: 1 }),
    ).toEqual([
      [10, 10, 20],
      [11, 11, 20],
      [12, 12, 20],
      [13, 13, 20],
      [14, 14, 20],
    ]);
  });

  it('spreads evenly from the first token to the last where they were not', () => {
    expect(arrivals({}, {})).toEqual([[10, 13, 6]]);
    expect(arrivals({}, { itl: [1, 2] })).toEqual([[10, 13, 6]]);
  });

  it('does not believe reads that hold more than the answer, or do not match their gaps', () => {
    expect(arrivals({}, { itl: [1, 2], itl_tokens: [3, 4] })).toEqual([[10, 13, 6]]);
    expect(arrivals({}, { itl: [1], itl_tokens: [3, 1] })).toEqual([[10, 13, 6]]);
  });

  it('puts all at the end without streaming, and at the first token without a last', () => {
    expect(arrivals({ firstTokenTime: null }, {})).toEqual([[14, 14, 6]]);
    expect(arrivals({ lastTokenTime: null }, {})).toEqual([[10, 10, 6]]);
  });

  it('says nothing where nothing is known', () => {
    expect(arrivals({ outputTokens: null }, {})).toEqual([]);
    expect(arrivals({ outputTokens: 0 }, {})).toEqual([]);
    expect(arrivals({ firstTokenTime: null, endTime: null }, {})).toEqual([]);
  });
});
