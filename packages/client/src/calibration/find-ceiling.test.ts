import { expect, it } from 'vitest';
import { findCeiling } from './find-ceiling.js';

it.each([130, 500, 777, 5000])('finds a limit of %d to within 4.5 %%, from below', async (limit) => {
  const ceiling = Number(await findCeiling(100, async (rate) => rate <= limit));
  expect(ceiling).toBeLessThanOrEqual(limit);
  expect(ceiling).toBeGreaterThan(limit / 1.05);
});

it('says that there is none when not even the first rate is carried', async () => {
  expect(await findCeiling(100, async () => false)).toBeNull();
});

it('takes one failure for a pause of the machine, and two for the limit', async () => {
  const asked = new Map<number, number>();
  const ceiling = await findCeiling(100, async (rate) => {
    asked.set(rate, (asked.get(rate) ?? 0) + 1);
    return rate < 1000 && asked.get(rate) !== 1;
  });
  expect(Number(ceiling)).toBeGreaterThan(950);
  expect([...asked.values()].every((times) => times === 2)).toBe(true);
});
