import { expect, it } from 'vitest';
import { everyMs, observe, roundEngine } from './testing/round-engine.js';

it('counts tokens, ends by reason, and the time spent in each phase', async () => {
  const { clock, engine } = roundEngine({ maxNumSeqs: 1 });
  const blockNames = [1, 2, 3, 4, 5, 6];
  observe(engine, { id: 'a', promptTokens: 100, outputTokens: 4, blockNames, finish: 'stop' });
  observe(engine, { id: 'b', promptTokens: 100, outputTokens: 2, blockNames });
  observe(engine, { id: 'c', promptTokens: 100, outputTokens: 2 });
  engine.cancel('c');
  await clock.run();
  // a: prefill to 110, then three decodes to 146. b: found 96, prefill of 4 to 160, one decode to 172.
  expect(engine.stats()).toEqual({
    steps: 6,
    promptTokens: 200,
    generationTokens: 6,
    prefixCacheQueriedTokens: 200,
    prefixCacheHitTokens: 96,
    preemptions: 0,
    finished: { stop: 1, length: 1, abort: 1 },
    queueSeconds: 0.146,
    prefillSeconds: 0.124,
    decodeSeconds: 0.048,
    running: 0,
    waiting: 0,
    usedKvBlocks: 0,
    cachedKvBlocks: 6,
    totalKvBlocks: 4_096,
  });
});

it('stands still in a pause, which the step under way does not feel, and catches up with what came meanwhile', async () => {
  const { clock, engine } = roundEngine();
  const first = observe(engine, { id: 'first', promptTokens: 100, outputTokens: 4 });
  await clock.advanceTo(111);
  engine.pause(5_000);
  await clock.advanceTo(3_000);
  const second = observe(engine, { id: 'second', promptTokens: 50, outputTokens: 1 });
  await clock.run();
  expect(first.tokensMs).toEqual([110, 122, 5_062, 5_074]);
  expect(second).toMatchObject({ admittedMs: 5_000, tokensMs: [5_062] });
});

it('takes a pause while idle, and a longer one over a shorter', async () => {
  const { clock, engine } = roundEngine();
  engine.pause(1_000);
  engine.pause(500);
  const request = observe(engine, { id: 'a', promptTokens: 10, outputTokens: 3 });
  await clock.run();
  expect(request.tokensMs).toEqual(everyMs(12, 1_020, 3));
});
