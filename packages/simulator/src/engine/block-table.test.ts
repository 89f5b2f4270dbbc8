import { createRandom } from '@aibrix/core/random';
import { expect, it } from 'vitest';
import { BlockTable } from './block-table.js';

it('agrees with a Map through additions, removals and growth', () => {
  const random = createRandom(1, 'names');
  const table = new BlockTable();
  const reference = new Map<number, number>();
  const nameOf = new Map<number, number>();
  for (let round = 0; round < 200_000; round++) {
    const block = Math.floor(random.next() * 5_000);
    // Neighbours, fractions and large numbers; few enough to meet again.
    const draw = Math.floor(random.next() * 6_000);
    const name = [draw, draw * 2 ** 33, draw / 7][round % 3] as number;
    const taken = nameOf.get(block);
    if (taken !== undefined) {
      table.remove(block);
      reference.delete(taken);
      nameOf.delete(block);
    } else {
      expect(table.add(name, block)).toBe(!reference.has(name));
      if (!reference.has(name)) {
        reference.set(name, block);
        nameOf.set(block, name);
      }
    }
    expect(table.find(name)).toBe(reference.get(name) ?? -1);
  }
  expect(table.size).toBe(reference.size);
  for (const [name, block] of reference) expect(table.find(name)).toBe(block);
});

it('forgets all', () => {
  const table = new BlockTable();
  table.add(7, 3);
  table.clear();
  expect([table.find(7), table.size]).toEqual([-1, 0]);
  expect(table.add(7, 4)).toBe(true);
  expect(table.find(7)).toBe(4);
});
