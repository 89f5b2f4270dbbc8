import { createVirtualClock } from '@aibrix/core/clock';
import { expect, it } from 'vitest';
import { createHaltingClock } from './standstill.js';

const STANDSTILLS = [
  { startMs: 100, durationMs: 50 },
  { startMs: 300, durationMs: 10 },
];

it('shows no time that stands still, and knows the real one', async () => {
  const clock = createVirtualClock();
  const halting = createHaltingClock(clock, STANDSTILLS);
  const shown: [number, number][] = [];
  for (const realMs of [50, 100, 120, 150, 200, 305, 400]) {
    await clock.advanceTo(realMs);
    shown.push([realMs, halting.now()]);
  }
  expect(shown).toEqual([
    [50, 50],
    [100, 100],
    [120, 100],
    [150, 100],
    [200, 150],
    [305, 250],
    [400, 340],
  ]);
  expect([50, 100, 150, 250, 340].map(halting.toReal)).toEqual([50, 150, 200, 310, 400]);
});

it('fires no timer while it stands still, and later ones later', async () => {
  const clock = createVirtualClock();
  const halting = createHaltingClock(clock, STANDSTILLS);
  const fired: [string, number][] = [];
  const note = (name: string) => () => fired.push([name, clock.now()]);
  halting.at(99, note('before'));
  halting.at(100, note('at its start'));
  halting.at(120, note('after'));
  clock.at(130, () => halting.at(halting.now(), note('set meanwhile')));
  void halting.sleepUntil(260).then(note('slept'));
  await clock.run();
  expect(fired).toEqual([
    ['before', 99],
    ['at its start', 150],
    ['set meanwhile', 150],
    ['after', 170],
    ['slept', 320],
  ]);
});
