import type { WorkloadRequest } from '@aibrix/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { sessionRequests } from './session-requests.js';

const folder = temporaryFolder();
const ANY = { promptTokens: null, outputTokens: null };

const session = (id: string | number, lengths: number[], over: object = {}) => ({
  session_id: id,
  prompts: lengths.map((_, turn) => `${id}.${turn}`),
  prompt_lengths: lengths,
  ...over,
});

const makerOf = async (records: object[], maxConcurrentSessions: number | null, seed = 0) => {
  const pool = await openPromptPool(await folder.write(`sessions-${records.length}.jsonl`, jsonl(records)));
  onTestFinished(() => pool.close());
  return sessionRequests(pool, { seed, tolerancePercent: 50, maxConcurrentSessions });
};

const make = async (maker: Awaited<ReturnType<typeof makerOf>>, count: number): Promise<WorkloadRequest[]> => {
  const made: WorkloadRequest[] = [];
  for (let index = 0; index < count; index++) made.push(await maker.next(ANY));
  return made;
};

const SIX = Array.from({ length: 6 }, (_, id) => session(id, [10, 10, 10]));

describe('sessionRequests', () => {
  test('sends the prompts of each session in order', async () => {
    const made = await make(await makerOf(SIX, null), 18);
    for (let id = 0; id < 6; id++) {
      const own = made.filter((request) => request.session_id === id);
      expect(own.map(({ prompt }) => prompt)).toEqual([`${id}.0`, `${id}.1`, `${id}.2`]);
    }
  });

  test('puts a session’s system message before its first prompt', async () => {
    const made = await make(await makerOf([session('a', [10, 10], { system: 'Be brief.' })], 1), 2);
    expect(made[0]).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'a.0' },
      ],
      prompt_length: 10,
    });
    expect(made[0]).not.toHaveProperty('prompt');
    expect(made[1]).toMatchObject({ prompt: 'a.1', session_id: 'a' });
    expect(made[1]).not.toHaveProperty('messages');
  });

  test.for([1, 2, 3])('takes from the first %i unfinished sessions only', async (limit) => {
    const made = await make(await makerOf(SIX, limit), 18);
    const left = new Map(SIX.map(({ session_id, prompts }) => [session_id, prompts.length]));
    for (const { session_id } of made) {
      const unfinished = [...left].filter(([, prompts]) => prompts > 0).map(([id]) => id);
      expect(unfinished.slice(0, limit)).toContain(session_id);
      left.set(Number(session_id), (left.get(Number(session_id)) ?? 0) - 1);
    }
    if (limit > 1) expect(new Set(made.slice(0, 3).map(({ session_id }) => session_id)).size).toBeGreaterThan(1);
  });

  test('starts again under new ids when all sessions are used up, and notes it', async () => {
    const maker = await makerOf([session('a', [10]), session(7, [10, 10])], 2);
    const made = await make(maker, 8);
    const ids = made.map(({ session_id }) => session_id);
    expect(new Set(ids.slice(0, 3))).toEqual(new Set(['a', 7]));
    expect(new Set(ids.slice(3, 6))).toEqual(new Set(['a#2', '7#2']));
    expect(ids.slice(6).every((id) => String(id).endsWith('#3'))).toBe(true);
    expect(maker.findings()).toMatchObject({
      statistics: { sessions: 6 },
      notes: ['sessions started again under ids ending in #2 and up, after all were used: 4'],
    });
  });

  test('counts sessions that have a request, not those that are only candidates', async () => {
    const many = Array.from({ length: 50 }, (_, id) => session(id, [10, 10]));
    const maker = await makerOf(many, 50);
    const made = await make(maker, 5);
    expect(maker.findings().statistics).toEqual({ sessions: new Set(made.map(({ session_id }) => session_id)).size });
    const twice = await makerOf([session('a', [10]), session('b', [10])], 2);
    await make(twice, 3);
    expect(twice.findings()).toEqual({
      statistics: { sessions: 3 },
      notes: ['sessions started again under ids ending in #2 and up, after all were used: 1'],
    });
  });

  test('does not start again where its ids could be those of the dataset', async () => {
    const maker = await makerOf([session('a', [10]), session('a#2', [10])], 2);
    await make(maker, 2);
    await expect(make(maker, 1)).rejects.toThrow('cannot start again under ids ending in #2');
  });

  test('does not start again before it has to', async () => {
    const maker = await makerOf([session('a', [10]), session(7, [10, 10])], 2);
    await make(maker, 3);
    expect(maker.findings()).toEqual({ statistics: { sessions: 2 }, notes: [] });
  });

  test('matches target lengths among the open sessions', async () => {
    const maker = await makerOf(
      [session('short', [10, 12, 11]), session('long', [500, 600]), session('best', [100])],
      2,
    );
    const target = (promptTokens: number) => maker.next({ promptTokens, outputTokens: null });
    expect(await target(550)).toMatchObject({ prompt: 'long.0' });
    expect(await target(11)).toMatchObject({ prompt: 'short.0' });
    // The third session has the right length and is not open yet: the nearest is taken.
    expect(await target(100)).toMatchObject({ prompt: 'short.1' });
    expect(await target(600)).toMatchObject({ prompt: 'long.1' });
    expect(await target(100)).toMatchObject({ prompt: 'best.0' });
  });

  test('plans the context of later turns as far as output lengths are known', async () => {
    const maker = await makerOf([session('a', [10, 20, 30, 40], { output_lengths: [1, 2, null, 4] })], 1);
    const made = await make(maker, 4);
    expect(made.map(({ context_length_planned }) => context_length_planned)).toEqual([10, 31, 63, undefined]);
    expect(made.map(({ output_length }) => output_length)).toEqual([1, 2, null, 4]);
  });

  test('passes recorded answers on', async () => {
    const maker = await makerOf([session('a', [10], { completions: ['hello'], output_lengths: [1] })], 1);
    expect(await maker.next(ANY)).toEqual({
      prompt: 'a.0',
      prompt_length: 10,
      output_length: 1,
      session_id: 'a',
      completion: 'hello',
      context_length_planned: 10,
    });
  });

  test('is the same for the same seed', async () => {
    const [first, again, other] = [
      await make(await makerOf(SIX, 3), 30),
      await make(await makerOf(SIX, 3), 30),
      await make(await makerOf(SIX, 3, 1), 30),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
