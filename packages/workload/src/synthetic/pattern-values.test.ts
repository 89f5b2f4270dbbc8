import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { PATTERN_PRESETS, presetPattern } from './pattern.js';
import { patternValues } from './pattern-values.js';

const values = (pattern: Parameters<typeof patternValues>[0], intervals = 61, intervalMs = 1000): number[] =>
  patternValues(pattern, { intervals, intervalMs, minimum: 0, random: createRandom(1, 'pattern') }).values;

describe('patternValues', () => {
  it('is A·sin(2π·t·periods/n) + B', () => {
    for (const [t, value] of values({ mean: 10, fluctuate: 4, periods: 3 }).entries()) {
      expect(value).toBeCloseTo(10 + 4 * Math.sin((2 * Math.PI * 3 * t) / 61), 8);
    }
  });

  it('has as many waves as fit where a wave has a length', () => {
    expect(values({ mean: 10, fluctuate: 4, period_len_ms: 20_000 })).toEqual(
      values({ mean: 10, fluctuate: 4, periods: 3 }),
    );
  });

  it('adds noise of its deviation', () => {
    const noisy = values({ mean: 100, noise: 2 }, 20_000);
    const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
    const variance = noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noisy.length;
    expect(Math.abs(mean - 100)).toBeLessThan((4 * 2) / Math.sqrt(20_000));
    expect(Math.abs(Math.sqrt(variance) / 2 - 1)).toBeLessThan(0.02);
  });

  it('only rises where it should, and never falls below its minimum', () => {
    const rising = values({ mean: 10, fluctuate: 8, noise: 1, periods: 4, only_rise: true });
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    expect(Math.min(...values({ mean: 1, fluctuate: 30, periods: 4 }))).toBe(0);
  });
});

describe('presetPattern', () => {
  it('keeps the shape around another mean', () => {
    expect(presetPattern('severe_fluctuation', { quantity: 'traffic', mean: 20 })).toEqual({
      mean: 20,
      fluctuate: 10,
      noise: 0.1,
      periods: 12,
      only_rise: false,
    });
    expect(presetPattern('low_fast', { quantity: 'output_length', mean: 86 })).toMatchObject({
      mean: 86,
      fluctuate: expect.closeTo(14.2, 9),
      period_len_ms: 120_000,
    });
  });

  it('has the published figures', () => {
    expect(presetPattern('high_slow', { quantity: 'traffic' })).toMatchObject({
      mean: 12,
      fluctuate: 3.6,
      period_len_ms: 840_000,
    });
    expect(presetPattern('low_fast', { quantity: 'prompt_length' })).toMatchObject({
      mean: 1024,
      fluctuate: 174,
      period_len_ms: 90_000,
    });
  });

  it('knows its own names and no others', () => {
    for (const name of PATTERN_PRESETS) expect(presetPattern(name, { quantity: 'traffic' })?.mean).toBeGreaterThan(0);
    for (const name of ['', 'toString', 'HighSlow'])
      expect(presetPattern(name, { quantity: 'traffic' })).toBeUndefined();
  });
});
