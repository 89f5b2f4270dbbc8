import { createRandom } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { type Choice, chooseByScan } from './choose-by-scan.js';
import { createLengthIndex } from './length-index.js';
import { distanceToTarget, matchesTarget, type TargetLengths, tolerances } from './target-lengths.js';

/** Lengths drawn at random; some outputs are not known. */
const randomLengths = (count: number, { seed, outputs }: { seed: number; outputs: 'some' | 'none' | 'far' }) => {
  const random = createRandom(seed, 'lengths');
  const prompts = Array.from({ length: count }, () => 1 + random.below(1000));
  const answers = prompts.map(() => {
    if (outputs === 'none' || random.below(4) === 0) return null;
    return outputs === 'far' ? 10_000 + random.below(1000) : 1 + random.below(1000);
  });
  return {
    promptTokens: (prompt: number) => prompts[prompt] ?? 0,
    outputTokens: (prompt: number) => answers[prompt] ?? null,
  };
};

describe('createLengthIndex', () => {
  test.for(['some', 'none', 'far'] as const)(
    'chooses what a scan of all prompts may choose (outputs: %s)',
    (outputs) => {
      for (let seed = 0; seed < 300; seed++) {
        const random = createRandom(seed, 'case');
        const count = 1 + random.below(60);
        const lengths = randomLengths(count, { seed, outputs });
        const index = createLengthIndex(count, lengths);
        const steps = tolerances(random.pick([10, 50]));
        const target: TargetLengths = {
          promptTokens: random.below(5) === 0 ? null : 1 + random.below(3000),
          outputTokens: random.below(2) === 0 ? null : 1 + random.below(3000),
        };
        const byIndex = index.choose({ target, tolerances: steps, random });
        const all = Array.from({ length: count }, (_, prompt) => prompt);
        const byScan = chooseByScan(all, lengths, { target, tolerances: steps, random });
        expect(byIndex.tolerancePercent).toBe(byScan.tolerancePercent);
        if (byIndex.tolerancePercent === null) {
          const distance = ({ candidate }: Choice) =>
            distanceToTarget(lengths.promptTokens(candidate), lengths.outputTokens(candidate), target);
          expect(distance(byIndex)).toBe(distance(byScan));
          continue;
        }
        const { candidate, tolerancePercent } = byIndex;
        expect(
          matchesTarget(lengths.promptTokens(candidate), lengths.outputTokens(candidate), target, tolerancePercent),
        ).toBe(true);
      }
    },
  );

  test.for([
    { name: 'prompt lengths only', target: { promptTokens: 500, outputTokens: null } },
    { name: 'output lengths only', target: { promptTokens: null, outputTokens: 500 } },
    { name: 'both', target: { promptTokens: 500, outputTokens: 500 } },
    { name: 'both, where few outputs fit', target: { promptTokens: 500, outputTokens: 20 } },
  ])('draws each prompt that fits equally often ($name)', ({ target }) => {
    const lengths = randomLengths(400, { seed: 1, outputs: 'some' });
    const index = createLengthIndex(400, lengths);
    const random = createRandom(0, 'draws');
    const steps = tolerances(10);
    const fitting = Array.from({ length: 400 }, (_, prompt) => prompt).filter((prompt) =>
      matchesTarget(lengths.promptTokens(prompt), lengths.outputTokens(prompt), target, 10),
    );
    expect(fitting.length).toBeGreaterThan(3);
    const draws = 400 * fitting.length;
    const counts = new Map<number, number>();
    for (let draw = 0; draw < draws; draw++) {
      const { candidate } = index.choose({ target, tolerances: steps, random });
      counts.set(candidate, (counts.get(candidate) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(fitting);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    const degrees = fitting.length - 1;
    // Mean and standard deviation of chi-square; the bound is four of them above.
    expect(chiSquare).toBeLessThan(degrees + 4 * Math.sqrt(2 * degrees));
  });

  test('takes the nearest prompt where all are too long, the first of equally long ones', () => {
    const prompts = [900, 700, 800, 700];
    const index = createLengthIndex(4, { promptTokens: (prompt) => prompts[prompt] ?? 0, outputTokens: () => null });
    const options = { target: { promptTokens: 5, outputTokens: null }, tolerances: tolerances(50) };
    expect(index.choose({ ...options, random: createRandom(0, 'x') })).toEqual({
      candidate: 1,
      tolerancePercent: null,
    });
  });
});
