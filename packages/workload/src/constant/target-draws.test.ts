import { describe, expect, it } from 'vitest';
import { createTargetDraws } from './target-draws.js';

const DRAWS = 200_000;

const drawn = (mean: number, std: number): { mean: number; std: number; values: number[] } => {
  const draw = createTargetDraws(5, { prompt: { mean, std }, output: { mean: null, std: 0 } });
  const values = Array.from({ length: DRAWS }, () => draw().promptTokens as number);
  const average = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (DRAWS - 1);
  return { mean: average, std: Math.sqrt(variance), values };
};

describe('createTargetDraws', () => {
  // The mean within four standard errors and half a token of rounding, the deviation within 3 %.
  it.each([
    [500, 100],
    [100, 40],
    [100, 200],
    [80, 472],
  ])('has the mean and the deviation asked for: %d ± %d', (mean, std) => {
    const found = drawn(mean, std);
    expect(Math.abs(found.mean - mean)).toBeLessThan((4 * std) / Math.sqrt(DRAWS) + 0.5);
    expect(Math.abs(found.std / std - 1)).toBeLessThan(std > 4 * mean ? 0.06 : 0.03);
    expect(found.values.every((value) => Number.isInteger(value) && value >= 1)).toBe(true);
  });

  it('is always the mean without a deviation, and always 1 around 1', () => {
    expect(new Set(drawn(37, 0).values)).toEqual(new Set([37]));
    expect(new Set(drawn(1, 5).values)).toEqual(new Set([1]));
  });
});
