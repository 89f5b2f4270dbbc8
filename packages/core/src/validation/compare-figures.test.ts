import { expect, it } from 'vitest';
import { compareFigures } from './compare-figures.js';

it('finds the figures that differ, at any depth and in lists', () => {
  const stated = { records: 3, tokens: { total: 10, mean: 5 }, lists: [{ rate: 0.5 }, { rate: 1 }], name: 'a' };
  const found = { records: 3, tokens: { total: 11, mean: null }, lists: [{ rate: 0.5 }, { rate: 2 }], name: 'b' };
  expect(compareFigures(stated, found)).toEqual([
    { figure: 'tokens.total', stated: 10, found: 11 },
    { figure: 'tokens.mean', stated: 5, found: null },
    { figure: 'lists.1.rate', stated: 1, found: 2 },
  ]);
});

it('takes the last digits of a sum for equal, and nothing more', () => {
  expect(compareFigures({ sum: 1e6 }, { sum: 1e6 + 1e-5 })).toEqual([]);
  expect(compareFigures({ sum: 1e6 }, { sum: 1e6 + 0.01 })).toHaveLength(1);
});

it('compares nothing that one of them lacks', () => {
  expect(compareFigures({ a: 1 }, { b: 2 })).toEqual([]);
  expect(compareFigures({ a: { b: 1 } }, { a: 2 })).toEqual([]);
  expect(compareFigures(undefined, { a: 2 })).toEqual([]);
});
