import { expect, it } from 'vitest';
import { observe, roundEngine } from './testing/round-engine.js';

const names = (family: number, blocks: number): number[] =>
  Array.from({ length: blocks }, (_, index) => family * 1_000 + index);

it('skips the prefill of what an earlier request computed, even in the same step', async () => {
  const { clock, engine } = roundEngine();
  const first = observe(engine, { id: 'first', promptTokens: 100, outputTokens: 1, blockNames: names(1, 6) });
  const same = observe(engine, { id: 'same', promptTokens: 100, outputTokens: 1, blockNames: names(1, 6) });
  const other = observe(engine, { id: 'other', promptTokens: 100, outputTokens: 1, blockNames: names(2, 6) });
  await clock.run();
  expect([first, same, other].map(({ cachedTokens }) => cachedTokens)).toEqual([0, 96, 0]);
  expect(same.tokensMs).toEqual([10 + 100 + 4 + 100]);
});

it('finds the whole turn before, its answer included', async () => {
  const { clock, engine } = roundEngine();
  const first = observe(engine, { id: 'first', promptTokens: 50, outputTokens: 47, blockNames: names(1, 6) });
  await clock.run();
  const turn = observe(engine, { id: 'turn', promptTokens: 120, outputTokens: 1, blockNames: names(1, 7) });
  await clock.run();
  // Of 97 tokens the last one was never computed: six full blocks.
  expect([first.cachedTokens, turn.cachedTokens]).toEqual([0, 96]);
  expect(turn.tokensMs).toEqual([Number(first.doneMs) + 10 + 24]);
});

it('computes the last token of a prompt that is known whole, and with it its block', async () => {
  const { clock, engine } = roundEngine();
  observe(engine, { id: 'first', promptTokens: 96, outputTokens: 1, blockNames: names(1, 6) });
  const same = observe(engine, { id: 'same', promptTokens: 96, outputTokens: 1, blockNames: names(1, 6) });
  await clock.run();
  expect(same.cachedTokens).toBe(80);
});

it('spends nothing of the token budget on what it finds', async () => {
  const { clock, engine } = roundEngine({ maxNumBatchedTokens: 100 });
  observe(engine, { id: 'first', promptTokens: 320, outputTokens: 1, blockNames: names(1, 20) });
  await clock.run();
  const before = engine.stats().steps;
  const requests = ['a', 'b'].map((id) =>
    observe(engine, { id, promptTokens: 350, outputTokens: 1, blockNames: names(1, 20) }),
  );
  await clock.run();
  // 30 tokens each: both in one step.
  expect(requests.map(({ cachedTokens }) => cachedTokens)).toEqual([320, 320]);
  expect(engine.stats().steps - before).toBe(1);
});

it('reads the context that it found, and attends to it', async () => {
  const attention = {
    baseMs: 0,
    perPrefillTokenMs: 0,
    perPrefillTokenPairMs: 1,
    perDecodeSequenceMs: 0,
    perContextTokenMs: 1_000,
  };
  const { clock, engine } = roundEngine({ stepTime: attention });
  observe(engine, { id: 'first', promptTokens: 16, outputTokens: 1, blockNames: names(1, 1) });
  await clock.run();
  const startMs = clock.now();
  const second = observe(engine, { id: 'second', promptTokens: 20, outputTokens: 1, blockNames: names(1, 1) });
  await clock.run();
  // Four tokens, each with the 16 before them and those of the four up to itself; the 16 are read once.
  expect(second.tokensMs).toEqual([startMs + 4 * 16 + (4 * 5) / 2 + 16 * 1_000]);
});

it('forgets what was used longest ago when memory is short, never what is in use', async () => {
  const { clock, engine } = roundEngine({ kvCacheTokens: 160, maxModelLen: 160 });
  const ask = async (id: string, family: number): Promise<number | undefined> => {
    const request = observe(engine, { id, promptTokens: 65, outputTokens: 1, blockNames: names(family, 4) });
    await clock.run();
    return request.cachedTokens;
  };
  expect(await ask('a', 1)).toBe(0);
  expect(await ask('b', 2)).toBe(0);
  expect(await ask('a again', 1)).toBe(64);
  // Five blocks for c: those of b were used longest ago.
  expect(await ask('c', 3)).toBe(0);
  expect(await ask('a once more', 1)).toBe(64);
  expect(await ask('b again', 2)).toBe(0);
});

it('finds nothing after a reset', async () => {
  const { clock, engine } = roundEngine();
  observe(engine, { id: 'first', promptTokens: 100, outputTokens: 1, blockNames: names(1, 6) });
  await clock.run();
  engine.resetPrefixCache();
  expect(engine.stats().cachedKvBlocks).toBe(0);
  const again = observe(engine, { id: 'again', promptTokens: 100, outputTokens: 1, blockNames: names(1, 6) });
  await clock.run();
  expect(again.cachedTokens).toBe(0);
});
