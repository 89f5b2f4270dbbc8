import { expect, test } from 'vitest';
import { createTextSet } from './text-set.js';

test('holds what was added, however much it grows', () => {
  const texts = createTextSet();
  for (let index = 0; index < 20_000; index++) expect(texts.add(`text ${index}`)).toBe(true);
  for (let index = 0; index < 20_000; index++) expect(texts.add(`text ${index}`)).toBe(false);
  expect(texts.add('')).toBe(true);
  expect(texts.size).toBe(20_001);
});
