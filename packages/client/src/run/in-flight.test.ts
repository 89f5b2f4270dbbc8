import { expect, it } from 'vitest';
import { InFlight } from './in-flight.js';

it('knows what is under way, and uses the places of what has ended again', () => {
  const inFlight = new InFlight<string>();
  const places = ['a', 'b', 'c'].map((item) => inFlight.add(item));
  inFlight.remove(places[1] as number);
  expect(inFlight.items()).toEqual(['a', 'c']);
  expect(inFlight.add('d')).toBe(places[1]);
  expect(inFlight.size).toBe(3);
  for (const place of places) inFlight.remove(place);
  expect(inFlight.items()).toEqual([]);
  expect(inFlight.size).toBe(0);
});
