import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { createLogHistogram, LOG_HISTOGRAM_ERROR } from './log-histogram.js';

describe('createLogHistogram', () => {
  const random = createRandom(5, 'log-histogram');
  const values = Array.from({ length: 5000 }, () => Math.exp(random.next() * 12 - 8));
  const sorted = values.toSorted((a, b) => a - b);

  it('finds quantiles to the error it states', () => {
    const histogram = createLogHistogram();
    for (const value of values) histogram.add(value);
    for (const q of [0.01, 0.5, 0.9, 0.99, 1]) {
      const exact = sorted[Math.ceil(q * values.length) - 1] as number;
      expect(Math.abs((histogram.quantile(q) as number) / exact - 1)).toBeLessThanOrEqual(LOG_HISTOGRAM_ERROR + 1e-9);
    }
    expect(histogram.max).toBe(sorted.at(-1));
    expect(LOG_HISTOGRAM_ERROR).toBeLessThan(0.005);
  });

  it('is the same whether values come together or in parts', () => {
    const whole = createLogHistogram();
    const parts = [createLogHistogram(), createLogHistogram()];
    for (const [index, value] of values.entries()) {
      whole.add(value);
      parts[index % 2]?.add(value);
    }
    const merged = createLogHistogram();
    for (const part of parts) merged.merge(part);
    merged.merge(createLogHistogram());
    expect(merged.count).toBe(whole.count);
    expect(merged.max).toBe(whole.max);
    for (const q of [0.1, 0.5, 0.99]) expect(merged.quantile(q)).toBe(whole.quantile(q));
  });

  it('takes 0 and clocks that ran backwards as 0, and knows nothing of no values', () => {
    const histogram = createLogHistogram();
    expect(histogram.quantile(0.5)).toBeNull();
    expect(histogram.max).toBeNull();
    for (const value of [0, -1, 2]) histogram.add(value);
    expect(histogram.quantile(0.5)).toBe(0);
    expect(histogram.quantile(1)).toBeCloseTo(2, 1);
  });
});
