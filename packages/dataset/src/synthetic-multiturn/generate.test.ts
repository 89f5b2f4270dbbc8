import { createHash } from 'node:crypto';
import { paretoOf } from '@aibrix/core/random';
import type { PromptSession } from '@aibrix/schema';
import type { PromptSource } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect, testSource } from '../../test/prompt-source.js';
import { createRunningMoments } from '../running-moments.js';
import { syntheticMultiturn } from './generate.js';

let source: PromptSource;
beforeAll(async () => {
  source = await testSource();
});

const lengthsOf = (sessions: PromptSession[]): number[] => sessions.flatMap((session) => session.prompt_lengths ?? []);

const momentsOf = (values: number[]) => {
  const moments = createRunningMoments();
  for (const value of values) moments.add(value);
  return moments;
};

describe('syntheticMultiturn', () => {
  test('states lengths that another tokenizer implementation counts', async () => {
    const sessions = await collect(syntheticMultiturn({ sessionsMean: 60, sharedPrefixTokens: 33 }, source));
    for (const { prompts, prompt_lengths } of sessions) {
      expect(prompts.map((prompt) => encode(prompt).length)).toEqual(prompt_lengths);
    }
  });

  test('puts the shared prefix before first prompts only, in addition to their own tokens', async () => {
    const sharedPrefixTokens = 33;
    const [withPrefix, without] = await Promise.all([
      collect(syntheticMultiturn({ sessionsMean: 40, sharedPrefixTokens }, source)),
      collect(syntheticMultiturn({ sessionsMean: 40 }, source)),
    ]);
    const prefix = encode(withPrefix[0]?.prompts[0] ?? '').slice(0, sharedPrefixTokens);
    for (const [index, session] of withPrefix.entries()) {
      const [first, ...later] = session.prompts;
      expect(encode(first ?? '').slice(0, sharedPrefixTokens)).toEqual(prefix);
      for (const prompt of later) expect(encode(prompt).slice(0, 2)).not.toEqual(prefix.slice(0, 2));
      const [own = 0, ...rest] = without[index]?.prompt_lengths ?? [];
      expect(session.prompt_lengths).toEqual([own + sharedPrefixTokens, ...rest]);
    }
  });

  test('numbers sessions from 0', async () => {
    const sessions = await collect(syntheticMultiturn({ sessionsMean: 5, sessionsStd: 0 }, source));
    expect(sessions.map((session) => session.session_id)).toEqual([0, 1, 2, 3, 4]);
  });

  test('gives prompt lengths the mean and the standard deviation asked for', async () => {
    // Alpha is 11: the fourth moment exists, so the standard deviation of a sample settles. Its kurtosis is 16.4, hence
    // a relative standard error of the standard deviation of √((16.4 − 1) / (4 · 40,000)) = 1 %; of the mean 0.05.
    const sessions = await collect(
      syntheticMultiturn(
        { sessionsMean: 4000, sessionsStd: 0, turnsMean: 10, turnsStd: 0, promptTokensMean: 100, promptTokensStd: 10 },
        source,
      ),
    );
    const moments = momentsOf(lengthsOf(sessions));
    expect(moments.count).toBe(40_000);
    expect(Math.abs((moments.mean ?? 0) - 100)).toBeLessThan(0.2);
    expect(Math.abs((moments.std ?? 0) - 10)).toBeLessThan(0.4);
  });

  test('draws prompt lengths from the Pareto distribution, tail included', async () => {
    const sessions = await collect(syntheticMultiturn({ sessionsMean: 6000 }, source));
    const lengths = lengthsOf(sessions).sort((a, b) => a - b);
    const { alpha, minimum } = paretoOf(80, 472);
    // Dvoretzky, Kiefer, Wolfowitz: beyond this distance with a probability of at most one in a million.
    const bound = Math.sqrt(Math.log(2e6) / (2 * lengths.length));
    for (const tokens of [40, 41, 45, 50, 60, 80, 100, 150, 200, 300, 500, 1000]) {
      const expected = 1 - (minimum / (tokens + 0.5)) ** alpha;
      const share = lengths.filter((length) => length <= tokens).length / lengths.length;
      expect(Math.abs(share - expected)).toBeLessThan(bound);
    }
  });

  test('draws turns from a normal distribution, with what is below 1 as 1', async () => {
    const sessions = await collect(
      syntheticMultiturn({ sessionsMean: 10_000, sessionsStd: 0, promptTokensMean: 2, promptTokensStd: 0 }, source),
    );
    const turns = sessions.map((session) => session.prompts.length);
    // P(N(3.55, 2.89) < 1.5) = 0.2391, P(< 3.5) = 0.4931, P(< 6.5) = 0.8463; four standard errors are at most 0.02.
    for (const [most, expected] of [
      [1, 0.2391],
      [3, 0.4931],
      [6, 0.8463],
    ] as const) {
      const share = turns.filter((count) => count <= most).length / turns.length;
      expect(Math.abs(share - expected)).toBeLessThan(0.02);
    }
    expect(Math.min(...turns)).toBe(1);
  });

  test('makes all prompts equally long with a standard deviation of 0', async () => {
    const sessions = await collect(syntheticMultiturn({ sessionsMean: 20, promptTokensStd: 0 }, source));
    expect(new Set(lengthsOf(sessions))).toEqual(new Set([80]));
  });

  test('cuts long prompts to the limit and counts them', async () => {
    const unlimited = syntheticMultiturn({ sessionsMean: 200, sessionsStd: 0 }, source);
    const limited = syntheticMultiturn({ sessionsMean: 200, sessionsStd: 0, maxPromptTokens: 100 }, source);
    const lengths = lengthsOf(await collect(unlimited));
    expect(lengthsOf(await collect(limited))).toEqual(lengths.map((length) => Math.min(length, 100)));
    const shortened = lengths.filter((length) => length > 100).length;
    expect(shortened).toBeGreaterThan(0);
    expect(limited.findings?.().notes).toEqual([`prompts cut to 100 tokens: ${shortened}`]);
    expect(unlimited.findings?.().notes).toEqual([]);
  });

  test('gives the same records each time it is iterated, and for a longer dataset the same first ones', async () => {
    const short = syntheticMultiturn({ sessionsMean: 20, sessionsStd: 0 }, source);
    const first = await collect(short);
    expect(await collect(short)).toEqual(first);
    const long = await collect(syntheticMultiturn({ sessionsMean: 30, sessionsStd: 0 }, source));
    expect(long.slice(0, 20)).toEqual(first);
    const otherSeed = await collect(syntheticMultiturn({ seed: 1, sessionsMean: 20, sessionsStd: 0 }, source));
    expect(otherSeed).not.toEqual(first);
  });

  test('keeps its lengths from version to version', async () => {
    const sessions = await collect(syntheticMultiturn({ sessionsMean: 200 }, source));
    const lengths = sessions.map((session) => session.prompt_lengths);
    expect(lengths.slice(0, 4)).toMatchInlineSnapshot(`
      [
        [
          113,
          43,
          60,
        ],
        [
          42,
          44,
          100,
          327,
          42,
          41,
        ],
        [
          89,
          47,
          66,
          40,
          75,
          57,
          114,
          50,
          62,
          132,
        ],
        [
          56,
          65,
          45,
          110,
        ],
      ]
    `);
    expect(createHash('sha256').update(JSON.stringify(lengths)).digest('hex')).toMatchInlineSnapshot(
      `"de5c339438a8c7b3d5f8956c57bcefac3bb4e339544d378f6c028824e1827adf"`,
    );
  });

  test('names every problem of its options at once', () => {
    const make = () => syntheticMultiturn({ promptTokensMean: -5, turnsStd: -1, sharedPrefixTokens: 1.5 }, source);
    expect(make).toThrowError(
      expect.objectContaining({
        code: 'usage',
        message:
          'synthetic_multiturn: sharedPrefixTokens: must be a whole number; promptTokensMean: must be at least 1 token; turnsStd: must not be negative',
      }),
    );
    expect(() => syntheticMultiturn({ turns: 3 } as object, source)).toThrowError(/turns/);
  });
});
