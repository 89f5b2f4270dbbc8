import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { everyMs, type Observed, observe, roundEngine } from './testing/round-engine.js';

/** Ten blocks: two sequences of 64 prompt tokens fit until their answers have 17 tokens. */
const TIGHT = { kvCacheTokens: 160, maxModelLen: 160 };

describe('a decode without memory', () => {
  it('takes it from the request that came last, which is computed again and repeats no token', async () => {
    const { clock, engine } = roundEngine(TIGHT);
    const first = observe(engine, { id: 'first', promptTokens: 64, outputTokens: 40 });
    const last = observe(engine, { id: 'last', promptTokens: 64, outputTokens: 40 });
    await clock.advanceTo(363);
    expect(engine.stats()).toMatchObject({ running: 1, waiting: 1, preemptions: 1, usedKvBlocks: 6 });
    await clock.run();
    // Two decodes a step up to the 17th token, then one; the 81 tokens of the last one are prefilled when the first ends.
    const together = everyMs(14, 138, 17);
    expect(first.tokensMs).toEqual([...together, ...everyMs(12, 374, 23)]);
    expect(last.tokensMs).toEqual([...together, 638 + 10 + 81, ...everyMs(12, 741, 22)]);
    expect([first.preemptions, last.preemptions, last.admittedMs]).toEqual([0, 1, 0]);
    expect(engine.stats()).toMatchObject({ running: 0, waiting: 0, usedKvBlocks: 0, preemptions: 1 });
  });

  it('leaves what it can of the other to be found when that comes back', async () => {
    const { clock, engine } = roundEngine(TIGHT);
    observe(engine, { id: 'first', promptTokens: 64, outputTokens: 40 });
    const blockNames = Array.from({ length: 6 }, (_, index) => index);
    const last = observe(engine, { id: 'last', promptTokens: 64, outputTokens: 40, blockNames });
    await clock.run();
    // The first took the tail's two blocks of five meanwhile: 48 tokens are found, 33 computed.
    expect(last.tokensMs[17]).toBe(638 + 10 + 33);
    // What is found then says nothing of the prompt cache: it is the request's own.
    expect(last.cachedTokens).toBe(0);
    expect(engine.stats()).toMatchObject({ prefixCacheQueriedTokens: 128, prefixCacheHitTokens: 0 });
  });

  it('lets nobody in from the queue before those that it sent back, which keep their order', async () => {
    const { clock, engine } = roundEngine({ ...TIGHT, maxNumSeqs: 3 });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => observe(engine, { id, promptTokens: 48, outputTokens: 60 }));
    await clock.run();
    const done = [a, b, c, d].map((request) => Number(request?.doneMs));
    expect(done).toEqual(done.toSorted((x, y) => x - y));
    expect(c?.preemptions).toBeGreaterThan(0);
    expect(Number(d?.admittedMs)).toBeGreaterThan(Number(c?.tokensMs[0]));
  });

  it('counts a sequence that was cancelled in the queue after a preemption once, and goes on', async () => {
    const { clock, engine } = roundEngine(TIGHT);
    const first = observe(engine, { id: 'first', promptTokens: 64, outputTokens: 40 });
    const last = observe(engine, { id: 'last', promptTokens: 64, outputTokens: 40 });
    await clock.advanceTo(400);
    expect(engine.cancel('last')).toBe(true);
    await clock.run();
    expect([first.tokensMs.length, last.tokensMs.length, last.doneMs]).toEqual([40, 17, undefined]);
    expect(engine.stats()).toMatchObject({ waiting: 0, usedKvBlocks: 0, finished: { length: 1, abort: 1 } });
  });
});

it('never stands still, whatever comes: every request has all its tokens, each once and in order', async () => {
  for (const seed of [1, 2, 3]) {
    const random = createRandom(seed, 'load');
    const { clock, engine } = roundEngine({
      kvCacheTokens: 640,
      maxModelLen: 640,
      maxNumBatchedTokens: 100,
      maxNumSeqs: 20,
    });
    const observed: { request: Observed; tokens: number }[] = [];
    for (let index = 0; index < 300; index++) {
      await clock.advanceTo(clock.now() + random.next() * 300);
      const promptTokens = 1 + Math.floor(random.next() * 400);
      const tokens = 1 + Math.floor(random.next() * (640 - promptTokens));
      const family = Math.floor(random.next() * 4) * 1_000;
      const blockNames = Array.from({ length: 40 }, (_, block) => family + block);
      observed.push({
        request: observe(engine, { id: `${index}`, promptTokens, outputTokens: tokens, blockNames }),
        tokens,
      });
      if (random.next() < 0.1) engine.cancel(`${Math.floor(random.next() * index)}`);
    }
    await clock.run();
    for (const { request, tokens } of observed) {
      expect(request.tokensMs).toEqual(request.tokensMs.toSorted((a, b) => a - b));
      if (request.doneMs !== undefined) expect(request.tokensMs).toHaveLength(tokens);
    }
    const { finished, preemptions, running, waiting, usedKvBlocks } = engine.stats();
    expect([finished.length + finished.abort, running, waiting, usedKvBlocks]).toEqual([300, 0, 0, 0]);
    expect(preemptions).toBeGreaterThan(20);
  }
});
