import { expect, test } from 'vitest';
import { mostFrequentNames } from './name-count.js';

test('gives the most frequent first, also names that are numbers', () => {
  const counts = new Map([
    ['7', 1],
    ['a', 5],
    ['10', 9],
    ['b', 5],
  ]);
  expect(mostFrequentNames(counts, 3)).toEqual([
    { name: '10', requests: 9 },
    { name: 'a', requests: 5 },
    { name: 'b', requests: 5 },
  ]);
  expect(mostFrequentNames(new Map(), 3)).toEqual([]);
});
