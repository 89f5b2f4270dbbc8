import { describe, expect, it } from 'vitest';
import { parseThinkTime } from './parse-think-time.js';

describe('parseThinkTime', () => {
  it.each([
    ['2000', { kind: 'constant', mean_ms: 2000 }],
    ['0', { kind: 'constant', mean_ms: 0 }],
    ['500-1500', { kind: 'uniform', min_ms: 500, max_ms: 1500 }],
    ['uniform:500,1500', { kind: 'uniform', min_ms: 500, max_ms: 1500 }],
    ['exponential:2000', { kind: 'exponential', mean_ms: 2000 }],
    ['lognormal:2000, 0.8', { kind: 'lognormal', median_ms: 2000, sigma: 0.8 }],
    ['gamma:2000,4', { kind: 'gamma', mean_ms: 2000, shape: 4 }],
  ])('reads %s', (text, thinkTime) => {
    expect(parseThinkTime(text)).toEqual(thinkTime);
  });

  it.each(['', 'soon', 'exponential', 'exponential:', 'exponential:0', '1500-500', 'gamma:2000', 'normal:1,2', '-5'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseThinkTime(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  it.each([
    ['1e300', 'mean_ms must be at most 1000000000'],
    ['gamma:100,1e9', 'shape must be at most 10000'],
    ['lognormal:100,20', 'sigma must be at most 5'],
    ['exponential:0', 'mean_ms must be above 0'],
    ['1500-500', 'min_ms is above max_ms'],
  ])('says what is wrong with %s', (text, reason) => {
    expect(() => parseThinkTime(text)).toThrow(`"${text}" is no think time: ${reason}`);
  });
});
