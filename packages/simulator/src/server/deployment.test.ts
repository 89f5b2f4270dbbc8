import { createVirtualClock } from '@aibrix/core/clock';
import { expect, it } from 'vitest';
import { createDeployment, type Deployment } from './deployment.js';
import { ServedModels } from './served-models.js';
import { resolveOptions, type SimulatorOptions } from './simulator-options.js';
import { steadyProfile } from './testing/chat.js';

const deploy = (options: SimulatorOptions): Deployment => {
  const resolved = resolveOptions({ profile: steadyProfile(10), ...options });
  const models = new ServedModels({ models: undefined, loras: [], maxModelLen: 100, createdMs: 0 });
  return createDeployment(resolved, models);
};

it('a pause shifts what comes after it by exactly its length, and tells real times', async () => {
  const clock = createVirtualClock({ startMs: 1_000 });
  const { fleet, notBefore } = deploy({ clock, faults: 'pause:1s@t=25ms' });
  const tokens: [number, number][] = [];
  let doneMs = 0;
  fleet.engine.submit(
    { id: 'a', promptTokens: 1, outputTokens: 5 },
    {
      onTokens: (_, timeMs) => tokens.push([timeMs, clock.now()]),
      onDone: (timeMs) => {
        doneMs = timeMs;
      },
    },
  );
  await clock.advanceTo(1_500);
  expect(notBefore?.()).toBe(2_025);
  await clock.run();
  expect(tokens).toEqual([1_010, 1_020, 2_030, 2_040, 2_050].map((timeMs) => [timeMs, timeMs]));
  expect([doneMs, notBefore?.()]).toEqual([2_050, clock.now()]);
});

it('an outage comes and goes at its time, unless it is called off', async () => {
  const clock = createVirtualClock();
  const deployment = deploy({ clock, replicas: 2, faults: 'down:5s:1@t=10s,down:5s:0@t=30s' });
  const isUp = (): boolean[] => deployment.fleet.replicas.map((replica) => replica.isUp);
  const seen: boolean[][] = [];
  for (const timeMs of [9_999, 10_000, 15_000]) {
    await clock.advanceTo(timeMs);
    seen.push(isUp());
  }
  expect(seen).toEqual([
    [true, true],
    [true, false],
    [true, true],
  ]);
  deployment.close();
  await clock.run();
  expect([isUp(), clock.now()]).toEqual([[true, true], 15_000]);
});

it('parts of a request run on its pod', () => {
  const { fleet } = deploy({ clock: createVirtualClock(), replicas: 3 });
  const [, , last] = fleet.replicas;
  if (last) fleet.assign('sim-a-7', last);
  const listener = { onTokens: () => {}, onDone: () => {} };
  const waiting = (): number[] => fleet.replicas.map(({ engine }) => engine.stats().waiting);
  for (const id of ['sim-a-7-0', 'sim-a-7-1', 'sim-a-8']) {
    fleet.engine.submit({ id, promptTokens: 1, outputTokens: 1 }, listener);
  }
  expect(waiting()).toEqual([1, 0, 2]);
  expect(['sim-a-7-0', 'sim-a-7-1', 'sim-a-8', 'sim-a-9'].map((id) => fleet.engine.cancel(id))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(waiting()).toEqual([0, 0, 0]);
});

it('replicas have noise of their own, and the first has that of a single engine', async () => {
  const durations = async (replicas: number): Promise<number[]> => {
    const clock = createVirtualClock();
    const profile = { ...steadyProfile(10), stepTimeCv: 0.2 };
    const { fleet } = deploy({ clock, replicas, profile, seed: 3 });
    const ends: number[] = [];
    for (const [index, replica] of fleet.replicas.entries()) {
      fleet.assign(`${index}`, replica);
      const onDone = (timeMs: number): void => {
        ends[index] = timeMs;
      };
      fleet.engine.submit({ id: `${index}`, promptTokens: 1, outputTokens: 20 }, { onTokens: () => {}, onDone });
    }
    await clock.run();
    return ends;
  };
  const [single] = await durations(1);
  const three = await durations(3);
  expect(three[0]).toBe(single);
  expect(new Set(three).size).toBe(3);
});
