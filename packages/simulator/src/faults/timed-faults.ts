import type { Clock } from '@aibrix/core/clock';
import type { TimedFault } from './fault.js';
import type { Standstill } from './standstill.js';

/** The pauses of a plan on the clock, for a server that started at `startMs`, in the order of time. */
export const standstillsOf = (timed: readonly TimedFault[], startMs: number): Standstill[] =>
  timed
    .filter(({ kind }) => kind === 'pause')
    .map((pause) => ({ startMs: startMs + pause.startMs, durationMs: pause.durationMs }))
    .toSorted((a, b) => a.startMs - b.startMs);

/** When something that would happen at `nowMs` happens: then, or when the pause under way ends. */
export const afterStandstill = (standstills: readonly Standstill[], nowMs: number): number => {
  const under = standstills.find(({ startMs, durationMs }) => startMs <= nowMs && nowMs < startMs + durationMs);
  return under ? under.startMs + under.durationMs : nowMs;
};

/** Takes pods down and lets them come up again, as planned. Returns what calls that off. */
export const scheduleOutages = (
  timed: readonly TimedFault[],
  options: { clock: Clock; startMs: number; setUp: (pod: number, isUp: boolean) => void },
): (() => void) => {
  const { clock, startMs, setUp } = options;
  const cancels = timed
    .filter(({ kind }) => kind === 'down')
    .flatMap((outage) => [
      clock.at(startMs + outage.startMs, () => setUp(outage.pod, false)),
      clock.at(startMs + outage.startMs + outage.durationMs, () => setUp(outage.pod, true)),
    ]);
  return () => {
    for (const cancel of cancels) cancel();
  };
};
