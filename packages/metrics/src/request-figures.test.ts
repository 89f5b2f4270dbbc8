import { describe, expect, it } from 'vitest';
import { type RequestClocks, requestFigures } from './request-figures.js';

const clocks = (change: Partial<RequestClocks> = {}): RequestClocks => ({
  startTime: 100,
  firstTokenTime: 100.25,
  lastTokenTime: 102.25,
  endTime: 102.5,
  outputTokens: 5,
  isStreamed: true,
  ...change,
});

describe('requestFigures', () => {
  it('follows the definitions', () => {
    expect(requestFigures(clocks())).toEqual({ latency: 2.5, ttft: 0.25, tpot: 0.5, throughput: 2 });
  });

  it('divides by the tokens after the first read', () => {
    expect(requestFigures(clocks({ firstReadTokens: 3 })).tpot).toBe(1);
  });

  it.each([
    { name: 'one token', change: { outputTokens: 1 } },
    { name: 'all tokens in the first read', change: { firstReadTokens: 5 } },
    { name: 'no token', change: { outputTokens: 0 } },
    { name: 'no usage reported', change: { outputTokens: null } },
    { name: 'no last token', change: { lastTokenTime: null } },
  ])('has no TPOT with $name', ({ change }) => {
    expect(requestFigures(clocks(change)).tpot).toBeNull();
  });

  it('has neither TTFT nor TPOT without streaming', () => {
    expect(requestFigures(clocks({ isStreamed: false }))).toEqual({
      latency: 2.5,
      ttft: null,
      tpot: null,
      throughput: 2,
    });
  });

  it('gives null, never NaN or Infinity, for what is missing or impossible', () => {
    const nothing = { startTime: null, firstTokenTime: null, lastTokenTime: null, endTime: null, outputTokens: null };
    const allNull = { latency: null, ttft: null, tpot: null, throughput: null };
    expect(requestFigures(clocks(nothing))).toEqual(allNull);
    expect(requestFigures(clocks({ startTime: Number.NaN, lastTokenTime: Number.NaN }))).toEqual(allNull);
    expect(requestFigures(clocks({ endTime: 100 })).throughput).toBeNull();
  });
});
