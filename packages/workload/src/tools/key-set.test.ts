import { expect, test } from 'vitest';
import { createKeySet } from './key-set.js';

test('holds what was added, however much it grows', () => {
  const keys = createKeySet();
  for (let index = 0; index < 20_000; index++) expect(keys.add(`key ${index}`)).toBe(true);
  for (let index = 0; index < 20_000; index++) expect(keys.add(`key ${index}`)).toBe(false);
  expect(keys.size).toBe(20_000);
  for (let index = 0; index < 20_000; index++) expect(keys.has(`other ${index}`)).toBe(false);
});
