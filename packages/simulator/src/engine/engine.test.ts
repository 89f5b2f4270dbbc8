import { type Clock, createVirtualClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import { createEngine, type Engine } from './engine.js';
import { engineProfile } from './engine-profile.js';
import { ROUND_PROFILE, roundEngine } from './testing/round-engine.js';

interface Observed {
  admittedMs: number | undefined;
  /** One time a token. */
  tokensMs: number[];
  doneMs: number | undefined;
}

const submit = (engine: Engine, id: string, promptTokens: number, outputTokens: number): Observed => {
  const observed: Observed = { admittedMs: undefined, tokensMs: [], doneMs: undefined };
  engine.submit(
    { id, promptTokens, outputTokens },
    {
      onAdmitted: ({ timeMs }) => {
        observed.admittedMs = timeMs;
      },
      onTokens: (count, timeMs) => {
        for (let token = 0; token < count; token++) observed.tokensMs.push(timeMs);
      },
      onDone: (timeMs) => {
        observed.doneMs = timeMs;
      },
    },
  );
  return observed;
};

describe('one request', () => {
  it('has its first token after the prefill, and each further one after a decode step', async () => {
    const { clock, engine } = roundEngine();
    const request = submit(engine, 'a', 100, 4);
    await clock.run();
    expect(request).toEqual({ admittedMs: 0, tokensMs: [110, 122, 134, 146], doneMs: 146 });
  });

  it('is prefilled in chunks when its prompt exceeds the token budget', async () => {
    const { clock, engine } = roundEngine({ maxNumBatchedTokens: 100 });
    const request = submit(engine, 'a', 250, 1);
    await clock.run();
    // 110 + 110 + 60
    expect(request.tokensMs).toEqual([280]);
    expect(engine.stats().steps).toBe(3);
  });

  it('pays for attention by the pairs of tokens, however its prompt is cut', async () => {
    const attentionOnly = { ...ROUND_PROFILE.stepTime, baseMs: 0, perPrefillTokenMs: 0, perPrefillTokenPairMs: 1 };
    for (const maxNumBatchedTokens of [100, 250, 1_000]) {
      const { clock, engine } = roundEngine({ maxNumBatchedTokens, stepTime: attentionOnly });
      const request = submit(engine, 'a', 250, 1);
      await clock.run();
      expect(request.tokensMs).toEqual([(250 * 251) / 2]);
    }
  });

  it('pays for the context that each decode reads', async () => {
    const contextOnly = {
      ...ROUND_PROFILE.stepTime,
      baseMs: 0,
      perPrefillTokenMs: 0,
      perDecodeSequenceMs: 0,
      perContextTokenMs: 1,
    };
    const { clock, engine } = roundEngine({ stepTime: contextOnly });
    const request = submit(engine, 'a', 50, 4);
    await clock.run();
    // The decode of the second token reads the prompt and the first token.
    expect(request.tokensMs).toEqual([0, 51, 103, 156]);
  });

  it('is refused when it could never run', () => {
    const { engine } = roundEngine();
    expect(() => submit(engine, 'a', 0, 1)).toThrow('promptTokens must be a whole number of at least 1 (found 0)');
    expect(() => submit(engine, 'a', 1, 1.5)).toThrow('outputTokens must be a whole number of at least 1 (found 1.5)');
    expect(() => submit(engine, 'a', 4_000, 97)).toThrow('exceed the 4096 of the model');
    submit(engine, 'a', 4_000, 96);
    expect(() => submit(engine, 'a', 1, 1)).toThrow('"a" is already under way');
  });
});

describe('a batch', () => {
  it('gives a token a step to each of 64 sequences, in a step that is longer for all', async () => {
    const { clock, engine } = roundEngine();
    const requests = Array.from({ length: 64 }, (_, index) => submit(engine, `${index}`, 10, 3));
    await clock.run();
    const firstMs = 10 + 64 * 10;
    const stepMs = 10 + 64 * 2;
    for (const request of requests) {
      expect(request.tokensMs).toEqual([firstMs, firstMs + stepMs, firstMs + 2 * stepMs]);
    }
  });

  it('lets a request that arrives during a step in with the next one', async () => {
    const { clock, engine } = roundEngine();
    const first = submit(engine, 'first', 100, 5);
    await clock.advanceTo(111);
    const second = submit(engine, 'second', 50, 1);
    await clock.run();
    // The step from 110 to 122 goes on without it; the one from 122 decodes the first and prefills the second.
    expect(second).toEqual({ admittedMs: 122, tokensMs: [184], doneMs: 184 });
    expect(first.tokensMs).toEqual([110, 122, 184, 196, 208]);
  });

  it('keeps decoding while a long prompt is prefilled in chunks, each of which delays the tokens', async () => {
    const { clock, engine } = roundEngine({ maxNumBatchedTokens: 101 });
    const decoding = submit(engine, 'decoding', 10, 6);
    await clock.advanceTo(15);
    const long = submit(engine, 'long', 300, 1);
    await clock.run();
    // Each chunk has the 100 tokens that the one decode leaves of the budget: 10 + 2 + 100 ms.
    expect(decoding.tokensMs).toEqual([20, 132, 244, 356, 368, 380]);
    expect(long.tokensMs).toEqual([356]);
  });

  it('prefills prompts first come first served', async () => {
    const { clock, engine } = roundEngine({ maxNumBatchedTokens: 150 });
    const [first, second, third] = ['a', 'b', 'c'].map((id) => submit(engine, id, 100, 1));
    await clock.run();
    expect(first?.tokensMs).toEqual([160]);
    expect(second).toMatchObject({ admittedMs: 0, tokensMs: [320] });
    expect(third).toMatchObject({ admittedMs: 160, tokensMs: [320] });
  });

  it('holds maxNumSeqs sequences; the rest waits for a place', async () => {
    const { clock, engine } = roundEngine({ maxNumSeqs: 2 });
    submit(engine, 'a', 10, 2);
    submit(engine, 'b', 10, 3);
    const third = submit(engine, 'c', 10, 1);
    await clock.advanceTo(1);
    expect(engine.stats()).toMatchObject({ running: 2, waiting: 1 });
    await clock.run();
    expect(third.admittedMs).toBe(30 + 14);
    expect(engine.stats()).toMatchObject({ running: 0, waiting: 0 });
  });

  it('makes a queue when the KV cache is full, and lets no later request past the first in it', async () => {
    // 10 blocks: a takes 7 of them, b needs 5, c 1.
    const { clock, engine } = roundEngine({ kvCacheTokens: 160, maxModelLen: 160 });
    const a = submit(engine, 'a', 100, 2);
    const b = submit(engine, 'b', 70, 2);
    const c = submit(engine, 'c', 10, 2);
    await clock.advanceTo(1);
    expect(engine.stats()).toMatchObject({ running: 1, waiting: 2, usedKvBlocks: 7, totalKvBlocks: 10 });
    await clock.run();
    expect(b.admittedMs).toBe(a.doneMs);
    expect(c.admittedMs).toBe(a.doneMs);
    expect(engine.stats()).toMatchObject({ running: 0, usedKvBlocks: 0 });
  });
});

describe('cancel', () => {
  it('frees place and memory at once, and is the last that the listener hears', async () => {
    const { clock, engine } = roundEngine({ maxNumSeqs: 1 });
    const running = submit(engine, 'running', 100, 50);
    const waiting = submit(engine, 'waiting', 100, 1);
    await clock.advanceTo(125);
    expect(engine.cancel('running')).toBe(true);
    expect(engine.stats()).toMatchObject({ running: 0, waiting: 1, usedKvBlocks: 0 });
    await clock.run();
    expect(running).toMatchObject({ tokensMs: [110, 122], doneMs: undefined });
    // The step under way ends at 134 all the same.
    expect(waiting).toMatchObject({ admittedMs: 134, tokensMs: [244] });
  });

  it('takes a request out of the queue', async () => {
    const { clock, engine } = roundEngine({ maxNumSeqs: 1 });
    submit(engine, 'running', 100, 2);
    const cancelled = submit(engine, 'cancelled', 100, 1);
    const last = submit(engine, 'last', 100, 1);
    engine.cancel('cancelled');
    await clock.run();
    expect(cancelled).toEqual({ admittedMs: undefined, tokensMs: [], doneMs: undefined });
    expect(last.admittedMs).toBe(122);
  });

  it('works from within a listener, of itself and of another that is ready at the same time', async () => {
    const { clock, engine } = roundEngine();
    const heard: string[] = [];
    for (const id of ['a', 'b']) {
      engine.submit(
        { id, promptTokens: 1, outputTokens: 1 },
        {
          onTokens: () => {
            heard.push(id);
            engine.cancel('a');
            engine.cancel('b');
          },
          onDone: () => heard.push(`${id} done`),
        },
      );
    }
    await clock.run();
    expect(heard).toEqual(['a']);
  });

  it('says when there was nothing to cancel', async () => {
    const { clock, engine } = roundEngine();
    submit(engine, 'a', 1, 1);
    await clock.run();
    expect(engine.cancel('a')).toBe(false);
  });
});

describe('time', () => {
  it('tells of all tokens at once where steps take no time', async () => {
    const clock = createVirtualClock({ startMs: 7 });
    const engine = createEngine({ clock, profile: engineProfile('instant') });
    const calls: [number, number][] = [];
    engine.submit(
      { id: 'a', promptTokens: 5_000, outputTokens: 211 },
      { onTokens: (count, timeMs) => calls.push([count, timeMs]), onDone: (timeMs) => calls.push([0, timeMs]) },
    );
    await clock.run();
    expect(calls).toEqual([
      [211, 7],
      [0, 7],
    ]);
  });

  it('serves a closed loop that submits from within onDone', async () => {
    const { clock, engine } = roundEngine({ stepTime: engineProfile('instant').stepTime });
    let done = 0;
    const next = (): void =>
      engine.submit(
        { id: `${done}`, promptTokens: 1, outputTokens: 3 },
        {
          onTokens: () => {},
          onDone: () => {
            done++;
            if (done < 1_000) next();
          },
        },
      );
    next();
    await clock.run();
    expect(done).toBe(1_000);
  });

  it('keeps its steps in place when timers fire late', async () => {
    const virtual = createVirtualClock();
    // As a busy event loop does to timers.
    const late: Clock = { ...virtual, at: (timeMs, callback) => virtual.at(timeMs + 37, callback) };
    const engine = createEngine({ clock: late, profile: ROUND_PROFILE });
    const first = submit(engine, 'first', 100, 6);
    await virtual.advanceTo(130);
    const second = submit(engine, 'second', 20, 1);
    await virtual.run();
    // As if on time: the second arrived at 130, during the step from 122 to 134.
    expect(first.tokensMs).toEqual([110, 122, 134, 166, 178, 190]);
    expect(second).toMatchObject({ admittedMs: 134, tokensMs: [166] });
  });

  it('is the same for a seed, and another for another seed or name', async () => {
    const run = async (seed: number, name?: string): Promise<number[]> => {
      const clock = createVirtualClock();
      const engine = createEngine({ clock, profile: { ...ROUND_PROFILE, stepTimeCv: 0.1 }, seed, name });
      const request = submit(engine, 'a', 10, 50);
      await clock.run();
      return request.tokensMs;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(2)).not.toEqual(await run(1));
    expect(await run(1, 'replica-1')).not.toEqual(await run(1));
  });
});

it('refuses a profile that cannot run, with every reason', () => {
  const profile = { ...ROUND_PROFILE, maxNumSeqs: 2_000, kvCacheTokens: 4_095 };
  expect(() => createEngine({ clock: createVirtualClock(), profile })).toThrow(
    'engine profile "test" cannot run: maxNumBatchedTokens (1000) must not be below maxNumSeqs (2000); ' +
      'kvCacheTokens (4095) must hold maxModelLen (4096) in blocks of 16',
  );
});
