import { createVirtualClock, type VirtualClock } from '@aibrix/core/clock';
import { createEngine, type Engine, type EngineRequest } from '../engine.js';
import type { EngineProfile } from '../engine-profile.js';

/** Round figures: 10 ms a step, 1 ms a prompt token, 2 ms a decode, nothing for attention. */
export const ROUND_PROFILE: EngineProfile = {
  name: 'test',
  stepTime: {
    baseMs: 10,
    perPrefillTokenMs: 1,
    perPrefillTokenPairMs: 0,
    perDecodeSequenceMs: 2,
    perContextTokenMs: 0,
  },
  stepTimeCv: 0,
  maxNumSeqs: 100,
  maxNumBatchedTokens: 1_000,
  maxModelLen: 4_096,
  kvCacheTokens: 65_536,
};

export const roundEngine = (profile: Partial<EngineProfile> = {}): { clock: VirtualClock; engine: Engine } => {
  const clock = createVirtualClock();
  return { clock, engine: createEngine({ clock, profile: { ...ROUND_PROFILE, ...profile } }) };
};

export interface Observed {
  admittedMs: number | undefined;
  cachedTokens: number | undefined;
  preemptions: number;
  /** One time a token. */
  tokensMs: number[];
  doneMs: number | undefined;
}

/** Submits a request and notes what becomes of it. */
export const observe = (engine: Engine, request: EngineRequest): Observed => {
  const observed: Observed = {
    admittedMs: undefined,
    cachedTokens: undefined,
    preemptions: 0,
    tokensMs: [],
    doneMs: undefined,
  };
  engine.submit(request, {
    onAdmitted: ({ timeMs, cachedTokens }) => {
      if (observed.admittedMs !== undefined) throw new Error('admitted twice');
      observed.admittedMs = timeMs;
      observed.cachedTokens = cachedTokens;
    },
    onPreempted: () => {
      observed.preemptions++;
    },
    onTokens: (count, timeMs) => {
      for (let token = 0; token < count; token++) observed.tokensMs.push(timeMs);
    },
    onDone: (timeMs) => {
      observed.doneMs = timeMs;
    },
  });
  return observed;
};

/** `count` times, `stepMs` apart. */
export const everyMs = (stepMs: number, fromMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => fromMs + index * stepMs);
