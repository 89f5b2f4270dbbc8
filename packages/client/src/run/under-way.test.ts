import { expect, it } from 'vitest';
import { UnderWay } from './under-way.js';

it('knows what is under way, and uses the places of what has ended again', () => {
  const underWay = new UnderWay<string>();
  const places = ['a', 'b', 'c'].map((item) => underWay.add(item));
  underWay.remove(places[1] as number);
  expect(underWay.items()).toEqual(['a', 'c']);
  expect(underWay.add('d')).toBe(places[1]);
  expect(underWay.size).toBe(3);
  for (const place of places) underWay.remove(place);
  expect(underWay.items()).toEqual([]);
  expect(underWay.size).toBe(0);
});
