import { expect, it } from 'vitest';
import { roundedFigures } from './rounded-figures.js';

it('keeps six digits and nothing else changes', () => {
  expect(roundedFigures({ a: 1 / 3, b: [2e-16, 123456789, null, 'x', { c: 19.999999999999996 }], d: 0.1 })).toEqual({
    a: 0.333333,
    b: [0, 123457000, null, 'x', { c: 20 }],
    d: 0.1,
  });
});
