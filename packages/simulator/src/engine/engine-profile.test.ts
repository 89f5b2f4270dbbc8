import { createVirtualClock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { expect, it } from 'vitest';
import { createEngine } from './engine.js';
import { ENGINE_PROFILES, engineProfile, profileProblems } from './engine-profile.js';
import { stepDurationMs } from './step-time.js';

it('knows its built-in profiles, all of which can run', () => {
  for (const name of ENGINE_PROFILES) {
    expect(engineProfile(name).name).toBe(name);
    expect(profileProblems(engineProfile(name))).toEqual([]);
  }
});

it('suggests the profile that was meant', () => {
  const attempt = (): unknown => engineProfile('a100-lama-8b');
  expect(attempt).toThrow(BenchmarkError);
  expect(attempt).toThrow(expect.objectContaining({ code: 'usage', hint: 'Did you mean "a100-llama-8b"?' }));
  expect(() => engineProfile('tpu')).toThrow(expect.objectContaining({ hint: 'There are: instant, a100-llama-8b.' }));
  expect(() => engineProfile('toString')).toThrow('unknown engine profile');
});

it('names every figure that is out of range', () => {
  const profile = engineProfile('instant');
  const problems = profileProblems({
    ...profile,
    maxNumSeqs: 0,
    stepTimeCv: Number.NaN,
    stepTime: { ...profile.stepTime, baseMs: -1 },
  });
  expect(problems).toEqual([
    'maxNumSeqs must be a whole number of at least 1 (found 0)',
    'stepTimeCv must be a number of at least 0 (found NaN)',
    'baseMs must be a number of at least 0 (found -1)',
  ]);
});

it('has in a100-llama-8b the figures its documentation derives', async () => {
  const profile = engineProfile('a100-llama-8b');
  const { stepTime } = profile;
  expect(stepTime.baseMs).toBeCloseTo(10.85, 2);
  expect(stepTime.perPrefillTokenMs).toBeCloseTo(0.103, 3);
  expect(stepTime.perPrefillTokenPairMs * 1e6).toBeCloseTo(3.4, 1);
  expect(stepTime.perDecodeSequenceMs).toBeCloseTo(0.051, 3);
  expect(stepTime.perContextTokenMs * 1e6).toBeCloseTo(80.4, 1);
  expect(Math.round(profile.kvCacheTokens / 100)).toBe(4115);
  const decodeMs = (sequences: number, contextTokens: number): number =>
    stepDurationMs(stepTime, { prefillTokens: 0, prefillTokenPairs: 0, decodeSequences: sequences, contextTokens });
  expect(decodeMs(1, 100)).toBeCloseTo(10.9, 1);
  expect(decodeMs(64, 64_000)).toBeCloseTo(19.3, 1);
  const clock = createVirtualClock();
  const engine = createEngine({ clock, profile: { ...profile, stepTimeCv: 0 } });
  let firstTokenMs = 0;
  engine.submit(
    { id: 'a', promptTokens: 1_000, outputTokens: 1 },
    {
      onTokens: (_count, timeMs) => {
        firstTokenMs = timeMs;
      },
      onDone: () => {},
    },
  );
  await clock.run();
  expect(firstTokenMs).toBeCloseTo(115.5, 1);
});
