import { describe, expect, it } from 'vitest';
import { histogramLines } from './inspection-histogram.js';

const binsOf = (edges: readonly number[], counts: readonly number[]) =>
  counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count }));

/** Edges that are equally far apart. */
const evenly = (from: number, width: number, bins: number): number[] =>
  Array.from({ length: bins + 1 }, (_, index) => from + index * width);

describe('histogramLines', () => {
  it('draws counts in eighths of a character, and what is there at all', () => {
    expect(histogramLines('Tokens', binsOf(evenly(1, 1, 5), [32, 16, 1, 0, 12]))).toEqual([
      'Tokens',
      '  ████',
      '  ████',
      '  ████████        ▄▄▄▄',
      '  ████████▁▁▁▁    ████',
      '  1   2   3   4   5',
    ]);
  });

  it('shows areas, so that a wider bin is not a higher one', () => {
    // As many per doubling in each: 10 to 20, 20 to 80, 80 to 160.
    const [, top, ...rest] = histogramLines('', binsOf([10, 20, 80, 160], [8, 16, 8]));
    expect(top).toBe('  ████████████');
    expect(rest.at(-1)).toBe('  10  20  100');
  });

  it('is at most 62 columns wide, and labels what has room', () => {
    const lines = histogramLines('x', binsOf(evenly(3900, 5, 60), new Array(60).fill(1)));
    expect(Math.max(...lines.map((line) => line.length))).toBe(62);
    expect(lines.at(-1)).toBe('  3,900     3,950     4,000     4,050     4,100     4,150');
  });

  it('labels a range without a round number by its start, and one length by itself', () => {
    expect(histogramLines('x', binsOf([7, 8], [5])).at(-1)).toBe('  7');
    expect(histogramLines('x', binsOf([0, 1], [5])).at(-1)).toBe('  0');
  });

  it('draws nothing of no lengths', () => {
    expect(histogramLines('x', [])).toEqual([]);
  });
});
