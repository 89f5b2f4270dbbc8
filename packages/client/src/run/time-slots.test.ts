import { describe, expect, it } from 'vitest';
import { TimeSlots } from './time-slots.js';

const ring = (): { slots: TimeSlots; cleared: number[] } => {
  const cleared: number[] = [];
  return { slots: new TimeSlots({ slots: 3, slotMs: 100, clear: (place) => cleared.push(place) }), cleared };
};

describe('TimeSlots', () => {
  it('empties a place once when another slot takes it', () => {
    const { slots, cleared } = ring();
    expect([slots.placeOf(0), slots.placeOf(99), slots.placeOf(100), slots.placeOf(250)]).toEqual([0, 0, 1, 2]);
    expect(cleared).toEqual([0, 1, 2]);
    expect([slots.placeOf(300), slots.placeOf(399)]).toEqual([0, 0]);
    expect(cleared).toEqual([0, 1, 2, 0]);
  });

  it('takes what comes late as long as its slot is there, and nothing after that', () => {
    const { slots } = ring();
    slots.placeOf(150);
    slots.placeOf(350);
    expect(slots.placeOf(199)).toBe(1);
    expect(slots.placeOf(50)).toBe(-1);
  });

  it('counts the slots of the window only, though older ones were not used again', () => {
    const { slots } = ring();
    slots.placeOf(50);
    slots.placeOf(150);
    expect(slots.placesUntil(199)).toEqual([0, 1]);
    expect(slots.placesUntil(399)).toEqual([1]);
    expect(slots.placesUntil(1000)).toEqual([]);
    expect(slots.beginOf(399)).toBe(100);
  });
});
