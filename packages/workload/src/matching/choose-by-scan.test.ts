import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { chooseByScan } from './choose-by-scan.js';
import { type TargetLengths, tolerances } from './target-lengths.js';

const choose = (
  prompts: [promptTokens: number, outputTokens: number | null][],
  target: TargetLengths,
  { percent = 50, seed = 0 } = {},
) =>
  chooseByScan(
    prompts.keys(),
    {
      promptTokens: (candidate) => prompts[candidate]?.[0] ?? 0,
      outputTokens: (candidate) => prompts[candidate]?.[1] ?? null,
    },
    { target, tolerances: tolerances(percent), random: createRandom(seed, 'test') },
  );

describe('tolerances', () => {
  test('widen by 5 points until 100 %', () => {
    expect(tolerances(80)).toEqual([80, 85, 90, 95, 100]);
    expect(tolerances(10)).toHaveLength(19);
  });
});

describe('chooseByScan', () => {
  test('takes what lies within the tolerance, its limits included', () => {
    const target = { promptTokens: 100, outputTokens: null };
    expect(
      choose(
        [
          [151, null],
          [150, null],
        ],
        target,
      ),
    ).toEqual({ candidate: 1, tolerancePercent: 50 });
    expect(
      choose(
        [
          [49, null],
          [50, null],
        ],
        target,
      ),
    ).toEqual({ candidate: 1, tolerancePercent: 50 });
    expect(
      choose(
        [
          [111, null],
          [110, null],
        ],
        target,
        { percent: 10 },
      ),
    ).toEqual({ candidate: 1, tolerancePercent: 10 });
  });

  test('asks for both lengths', () => {
    const target = { promptTokens: 100, outputTokens: 10 };
    expect(
      choose(
        [
          [100, 16],
          [60, 14],
        ],
        target,
      ),
    ).toEqual({ candidate: 1, tolerancePercent: 50 });
    expect(
      choose(
        [
          [100, 16],
          [151, 10],
        ],
        { promptTokens: null, outputTokens: 10 },
      ),
    ).toMatchObject({ candidate: 1 });
  });

  test('lets an output length that is not known match anything', () => {
    expect(
      choose(
        [
          [100, 99],
          [140, null],
        ],
        { promptTokens: 100, outputTokens: 10 },
      ),
    ).toEqual({
      candidate: 1,
      tolerancePercent: 50,
    });
  });

  test('widens by 5 points until something fits', () => {
    const target = { promptTokens: 100, outputTokens: null };
    expect(
      choose(
        [
          [10, null],
          [172, null],
          [20, null],
        ],
        target,
      ),
    ).toEqual({ candidate: 1, tolerancePercent: 75 });
    expect(
      choose(
        [
          [200, null],
          [300, null],
        ],
        target,
      ),
    ).toEqual({ candidate: 0, tolerancePercent: 100 });
  });

  test('takes the nearest where nothing fits at 100 %', () => {
    const target = { promptTokens: 100, outputTokens: null };
    expect(
      choose(
        [
          [400, null],
          [201, null],
          [900, null],
        ],
        target,
      ),
    ).toEqual({ candidate: 1, tolerancePercent: null });
    // Distances: 0 + 4, 2 + 1.
    expect(
      choose(
        [
          [100, 50],
          [300, 20],
        ],
        { promptTokens: 100, outputTokens: 10 },
      ),
    ).toEqual({
      candidate: 1,
      tolerancePercent: null,
    });
  });

  test('draws each of those that fit equally often', () => {
    const prompts: [number, null][] = [
      [100, null],
      [500, null],
      [120, null],
      [80, null],
      [190, null],
    ];
    const counts = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 3000; seed++) {
      const { candidate } = choose(prompts, { promptTokens: 100, outputTokens: null }, { seed });
      counts[candidate] = (counts[candidate] ?? 0) + 1;
    }
    expect([counts[1], counts[4]]).toEqual([0, 0]);
    // Standard deviation √(3000 · 1/3 · 2/3) = 26; the bound is four of them.
    for (const fitting of [0, 2, 3]) expect(Math.abs((counts[fitting] ?? 0) - 1000)).toBeLessThan(104);
  });
});
