import { expect, test } from 'vitest';
import { createNameCounts } from './name-counts.js';

test('counts names, and says how many came when there were too many to tell apart', () => {
  const names = createNameCounts();
  for (let index = 0; index < 100_000; index++) names.add(`${index}`);
  expect(names.untold).toBe(0);
  for (const name of ['late', 'later', 'late', '99999', null, undefined]) names.add(name);
  expect(names.untold).toBe(2);
  expect(names.top()).toHaveLength(20);
  expect(names.top()[0]).toEqual({ name: '99999', requests: 2 });
});
