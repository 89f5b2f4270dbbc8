import { createRandom, lognormal } from '@aibrix/core/random';
import { describe, expect, test } from 'vitest';
import { type CandidateLengths, type Choice, chooseByScan } from './choose-by-scan.js';
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

/** Lengths as they come, some outputs unknown. */
const lognormalLengths = (count: number): CandidateLengths => {
  const random = createRandom(7, 'lognormal');
  const [promptDraw, outputDraw] = [lognormal(random, Math.log(500), 1.2), lognormal(random, Math.log(200), 1)];
  const prompts = Array.from({ length: count }, () => Math.max(1, Math.round(promptDraw())));
  const outputs = prompts.map(() => (random.below(10) === 0 ? null : Math.max(1, Math.round(outputDraw()))));
  return { promptTokens: (prompt) => prompts[prompt] ?? 0, outputTokens: (prompt) => outputs[prompt] ?? null };
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

  /** Chi-square of `draws` choices, with the prompts that a scan may choose equally likely; all others must not come. */
  const chiSquareOf = (
    count: number,
    lengths: CandidateLengths,
    options: { target: TargetLengths; percent: number; drawsEach: number },
  ) => {
    const { target, percent, drawsEach } = options;
    const all = Array.from({ length: count }, (_, prompt) => prompt);
    const steps = tolerances(percent);
    const random = createRandom(0, 'draws');
    const { tolerancePercent } = chooseByScan(all, lengths, { target, tolerances: steps, random });
    if (tolerancePercent === null) throw new Error('the case has no candidates');
    const candidates = all.filter((prompt) =>
      matchesTarget(lengths.promptTokens(prompt), lengths.outputTokens(prompt), target, tolerancePercent),
    );
    const index = createLengthIndex(count, lengths);
    const counts = new Map(candidates.map((candidate) => [candidate, 0]));
    for (let draw = 0; draw < drawsEach * candidates.length; draw++) {
      const choice = index.choose({ target, tolerances: steps, random });
      expect(choice.tolerancePercent).toBe(tolerancePercent);
      const before = counts.get(choice.candidate);
      if (before === undefined) throw new Error(`prompt ${choice.candidate} does not match`);
      counts.set(choice.candidate, before + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, drawn) => sum + (drawn - drawsEach) ** 2 / drawsEach, 0);
    const degrees = candidates.length - 1;
    // Mean and standard deviation of chi-square; the bound is four of them above.
    return { candidates: candidates.length, chiSquare, bound: degrees + 4 * Math.sqrt(2 * degrees) };
  };

  test.for([
    { name: 'prompt lengths only', target: { promptTokens: 500, outputTokens: null } },
    { name: 'output lengths only', target: { promptTokens: null, outputTokens: 500 } },
    { name: 'both', target: { promptTokens: 500, outputTokens: 500 } },
    { name: 'both, where few outputs fit', target: { promptTokens: 500, outputTokens: 20 } },
    { name: 'both, widened', target: { promptTokens: 1300, outputTokens: 1250 } },
  ])('draws each prompt that fits equally often ($name)', ({ target }) => {
    const lengths = randomLengths(400, { seed: 1, outputs: 'some' });
    const { candidates, chiSquare, bound } = chiSquareOf(400, lengths, { target, percent: 10, drawsEach: 400 });
    expect(candidates).toBeGreaterThan(3);
    expect(chiSquare).toBeLessThan(bound);
  });

  test.for([
    { name: 'prompt lengths only', target: { promptTokens: 500, outputTokens: null }, percent: 10 },
    { name: 'output lengths only', target: { promptTokens: null, outputTokens: 200 }, percent: 10 },
    { name: 'both', target: { promptTokens: 500, outputTokens: 200 }, percent: 50 },
    { name: 'both, narrow', target: { promptTokens: 900, outputTokens: 300 }, percent: 10 },
    { name: 'both, in the far tail', target: { promptTokens: 8000, outputTokens: 700 }, percent: 10 },
    { name: 'both, widened', target: { promptTokens: 400_000, outputTokens: 10_000 }, percent: 10 },
  ])('draws evenly from 20,000 prompts, where a row holds many lengths ($name)', ({ target, percent }) => {
    const lengths = lognormalLengths(20_000);
    const { candidates, chiSquare, bound } = chiSquareOf(20_000, lengths, { target, percent, drawsEach: 60 });
    expect(candidates).toBeGreaterThan(1);
    expect(chiSquare).toBeLessThan(bound);
  });

  test('draws evenly where most prompts of the outermost row lie just outside', () => {
    // 1100 is the last length within 10 % of 1000, and in one row with 1101: a third of the choices find it by a scan.
    const promptOf = (prompt: number): number => {
      if (prompt < 3000) return 1;
      if (prompt < 6000) return 5000;
      return prompt < 6004 ? 1100 : 1101 + (prompt % 3);
    };
    const lengths = { promptTokens: promptOf, outputTokens: () => null };
    const { candidates, chiSquare, bound } = chiSquareOf(6090, lengths, {
      target: { promptTokens: 1000, outputTokens: null },
      percent: 10,
      drawsEach: 2000,
    });
    expect(candidates).toBe(4);
    expect(chiSquare).toBeLessThan(bound);
  });

  test('chooses what a scan may choose from a pool of prompts of one length', () => {
    const lengths = { promptTokens: () => 1001, outputTokens: (prompt: number) => 1 + (prompt % 400) };
    const index = createLengthIndex(20_000, lengths);
    const all = Array.from({ length: 20_000 }, (_, prompt) => prompt);
    const random = createRandom(2, 'targets');
    for (let round = 0; round < 100; round++) {
      const target = { promptTokens: 400 + random.below(1000), outputTokens: 1 + random.below(1200) };
      const options = { target, tolerances: tolerances(10), random };
      expect(index.choose(options).tolerancePercent).toBe(chooseByScan(all, lengths, options).tolerancePercent);
    }
  });

  test('chooses the same for the same seed', () => {
    const choices = () => {
      const index = createLengthIndex(5000, lognormalLengths(5000));
      const random = createRandom(9, 'choices');
      return Array.from({ length: 500 }, (_, choice) =>
        index.choose({
          target: { promptTokens: 1 + choice * 7, outputTokens: choice % 3 === 0 ? null : 1 + choice },
          tolerances: tolerances(10),
          random,
        }),
      );
    };
    expect(choices()).toEqual(choices());
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
