import { describe, expect, test } from 'vitest';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool, type PromptPool } from '../pool/prompt-pool.js';
import { plainRequests } from './plain-requests.js';
import type { RequestMaker } from './request-maker.js';

const folder = temporaryFolder();
const ANY = { promptTokens: null, outputTokens: null };

const poolOf = async (records: object[]): Promise<PromptPool> =>
  openPromptPool(await folder.write('dataset.jsonl', jsonl(records)));

const prompts = async (maker: RequestMaker, count: number): Promise<unknown[]> => {
  const made: unknown[] = [];
  for (let index = 0; index < count; index++) made.push((await maker.next(ANY)).prompt);
  return made;
};

const TEN = Array.from({ length: 10 }, (_, index) => ({ prompt: `p${index}`, token_count: 10 * (index + 1) }));

describe('plainRequests', () => {
  test('takes each prompt once, in a shuffled order, before any comes again', async () => {
    const pool = await poolOf(TEN);
    const maker = plainRequests(pool, { seed: 0, tolerancePercent: 50 });
    const made = await prompts(maker, 25);
    const [first, second] = [made.slice(0, 10), made.slice(10, 20)];
    const all = TEN.map(({ prompt }) => prompt);
    expect([...first].sort()).toEqual(all);
    expect([...second].sort()).toEqual(all);
    expect(first).not.toEqual(all);
    expect(second).not.toEqual(first);
    expect(maker.findings().notes).toEqual(['requests that use a prompt again, after all 10 were used: 15']);
    expect(await prompts(plainRequests(pool, { seed: 0, tolerancePercent: 50 }), 25)).toEqual(made);
    expect(await prompts(plainRequests(pool, { seed: 1, tolerancePercent: 50 }), 25)).not.toEqual(made);
    await pool.close();
  });

  test('sends a conversation as it is', async () => {
    const messages = [{ role: 'user', content: 'hello' }];
    const pool = await poolOf([{ messages, token_count: 3 }]);
    const request = await plainRequests(pool, { seed: 0, tolerancePercent: 50 }).next(ANY);
    expect(request).toEqual({ messages, prompt_length: 3, output_length: null });
    await pool.close();
  });

  test('tells of system messages that single prompts of sessions leave behind', async () => {
    const pool = await poolOf([{ session_id: 'a', prompts: ['p'], prompt_lengths: [3], system: 'Be brief.' }]);
    const maker = plainRequests(pool, { seed: 0, tolerancePercent: 50 });
    expect(await prompts(maker, 1)).toEqual(['p']);
    expect(maker.findings().notes).toEqual([
      'sessions with a system message, which is left out where prompts are sent one by one: 1',
    ]);
    await pool.close();
  });

  test('states the length of the prompt, and the output length that was asked for or recorded', async () => {
    const pool = await poolOf([{ prompt: 'p', token_count: 12, completion_tokens: 7 }]);
    const maker = plainRequests(pool, { seed: 0, tolerancePercent: 10 });
    expect(await maker.next(ANY)).toEqual({ prompt: 'p', prompt_length: 12, output_length: 7 });
    expect(await maker.next({ promptTokens: 12, outputTokens: 30 })).toMatchObject({ output_length: 30 });
    await pool.close();
  });

  test('leaves the output length open where nothing states it', async () => {
    const pool = await poolOf([{ prompt: 'p', token_count: 12 }]);
    const maker = plainRequests(pool, { seed: 0, tolerancePercent: 10 });
    expect(await maker.next(ANY)).toEqual({ prompt: 'p', prompt_length: 12, output_length: null });
    await pool.close();
  });

  test('matches target lengths, and notes where it had to widen or take the nearest', async () => {
    const pool = await poolOf(TEN);
    const maker = plainRequests(pool, { seed: 0, tolerancePercent: 10 });
    expect(await maker.next({ promptTokens: 101, outputTokens: null })).toMatchObject({ prompt: 'p9' });
    expect(await maker.next({ promptTokens: 124, outputTokens: null })).toMatchObject({ prompt: 'p9' });
    expect(await maker.next({ promptTokens: 4, outputTokens: null })).toMatchObject({ prompt: 'p0' });
    expect(maker.findings().notes).toEqual([
      'requests with no prompt within ±10 % of their lengths, but within ±20 %: 1',
      'requests with no prompt within ±100 % of their lengths, which have the nearest: 1',
    ]);
    await pool.close();
  });

  test('uses the prompts of sessions one by one, without their session', async () => {
    const pool = await poolOf([{ session_id: 1, prompts: ['a', 'b'], prompt_lengths: [5, 50] }]);
    const maker = plainRequests(pool, { seed: 0, tolerancePercent: 10 });
    expect(await maker.next({ promptTokens: 50, outputTokens: 3 })).toEqual({
      prompt: 'b',
      prompt_length: 50,
      output_length: 3,
    });
    await pool.close();
  });
});
