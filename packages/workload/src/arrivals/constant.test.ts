import { expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { constantArrivals } from './constant.js';

test('starts at 0 and has equal gaps', async () => {
  expect(await collect(constantArrivals({ ratePerSecond: 4 }), 5)).toEqual([0, 250, 500, 750, 1000]);
});

test('does not drift: the hundred-thousandth arrival is where it should be', async () => {
  const times = await collect(constantArrivals({ ratePerSecond: 3 }), 99_001);
  expect(times.at(-1)).toBe(33_000_000);
});
