import { createVirtualClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import { Places } from './places.js';
import { startRamp } from './ramp.js';

const takeAll = (places: Places, count: number, now: () => number): { timeMs: number; waited: boolean }[] => {
  const starts: { timeMs: number; waited: boolean }[] = [];
  for (let i = 0; i < count; i++) places.take((waited) => starts.push({ timeMs: now(), waited }));
  return starts;
};

describe('startRamp', () => {
  it('adds places evenly, to those that wait longest', async () => {
    const clock = createVirtualClock();
    const startMs = clock.now();
    const places = new Places(2);
    const starts = takeAll(places, 9, () => clock.now() - startMs);
    startRamp(places, { clock, startMs: startMs + 100, rampMs: 600, from: 2, to: 6 });
    await clock.advanceTo(startMs + 10_000);
    expect(starts.map(({ timeMs }) => timeMs)).toEqual([0, 0, 250, 400, 550, 700]);
    expect(starts.map(({ waited }) => waited)).toEqual([false, false, true, true, true, true]);
    places.give();
    expect(starts).toHaveLength(7);
  });

  it('keeps places that nobody waits for', async () => {
    const clock = createVirtualClock();
    const places = new Places(1);
    startRamp(places, { clock, startMs: clock.now(), rampMs: 100, from: 1, to: 4 });
    await clock.advanceTo(clock.now() + 100);
    expect(takeAll(places, 9, () => 0)).toHaveLength(4);
  });

  it('stays where it is when it is ended, and does nothing from the full number on', async () => {
    const clock = createVirtualClock();
    const startMs = clock.now();
    const places = new Places(1);
    const starts = takeAll(places, 9, () => clock.now() - startMs);
    const end = startRamp(places, { clock, startMs, rampMs: 300, from: 1, to: 4 });
    await clock.advanceTo(startMs + 150);
    end();
    startRamp(places, { clock, startMs, rampMs: 300, from: 4, to: 4 });
    await clock.advanceTo(startMs + 1000);
    expect(starts.map(({ timeMs }) => timeMs)).toEqual([0, 100]);
  });
});
