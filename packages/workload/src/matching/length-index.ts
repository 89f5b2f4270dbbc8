import type { Random } from '@aibrix/core/random';
import { firstWhere } from '../first-where.js';
import type { CandidateLengths, Choice } from './choose-by-scan.js';
import { createLengthGrid, type GridArea, type RankRange } from './length-grid.js';
import { nearestPrompt } from './nearest-prompt.js';
import { matchesTarget, type TargetLengths } from './target-lengths.js';

/** Draws before the candidates are looked through: all of these miss only where nearly all candidates lie just outside. */
const MAX_DRAWS = 32;
/** For this many candidates one draw: looking through a few takes no longer than as many draws. */
const CANDIDATES_PER_DRAW = 4;
/** More than a product of a length and a percentage can be off; no length below 2^32 is off by a token with it. */
const ROUNDING = 1e-12;

/** Finds prompts of wanted lengths without looking at all of them. */
export interface LengthIndex {
  /**
   * One of the prompts that `chooseByScan` would choose from, with the same probabilities; of several that are the nearest,
   * any, but always the same.
   *
   * @param options.tolerances in ascending order, in percent
   */
  choose(options: { target: TargetLengths; tolerances: readonly number[]; random: Random }): Choice;
}

/** Least and most whole number of tokens within ±`percent` of a target. */
const leastWithin = (target: number, percent: number): number =>
  Math.ceil(((target * (100 - percent)) / 100) * (1 - ROUNDING));
const mostWithin = (target: number, percent: number): number =>
  Math.floor(((target * (100 + percent)) / 100) * (1 + ROUNDING));

/**
 * Indexes `count` prompts by both lengths, in 4 bytes each and a table of some 0.2 MB. Prompts stand in a grid of lengths,
 * whose counts tell how many lie in the rows and columns that a tolerance reaches into. A choice is a draw among these,
 * repeated until it matches: only the outermost rows and columns hold some that do not. Where all draws miss, these are
 * looked through; in the worst case they hold a thirtieth of all prompts.
 *
 * @param lengths whole numbers below 2^32
 */
export const createLengthIndex = (count: number, lengths: CandidateLengths): LengthIndex => {
  const grid = createLengthGrid(count, lengths);
  const { rows, columns } = grid;

  /** The rows and columns that hold all prompts within ±`percent` of `target`, and few others. */
  const areaWithin = ({ promptTokens, outputTokens }: TargetLengths, percent: number): GridArea => ({
    rowFrom: promptTokens === null ? 0 : rows.firstReaching(leastWithin(promptTokens, percent)),
    rowTo: promptTokens === null ? rows.count : rows.firstAbove(mostWithin(promptTokens, percent)),
    columnFrom: outputTokens === null ? 0 : columns.firstReaching(leastWithin(outputTokens, percent)),
    columnTo: outputTokens === null ? columns.count : columns.firstAbove(mostWithin(outputTokens, percent)),
  });
  const matches = (prompt: number, target: TargetLengths, percent: number): boolean =>
    matchesTarget(lengths.promptTokens(prompt), lengths.outputTokens(prompt), target, percent);

  /** Looks through an area: one of the prompts in it that match, each equally likely. */
  const scan = (
    area: GridArea,
    options: { total: number; target: TargetLengths; percent: number; random: Random },
  ): number | undefined => {
    const { total, target, percent, random } = options;
    let found = 0;
    let chosen: number | undefined;
    const scanRanks = ({ from, to }: RankRange): void => {
      for (let rank = from; rank < to; rank++) {
        const prompt = grid.promptAt(rank);
        // Reservoir sampling: each of those found so far stays with the same probability.
        if (matches(prompt, target, percent) && random.below(++found) === 0) chosen = prompt;
      }
    };
    for (let offset = 0; offset < total; ) {
      const { known, unknown, end } = grid.rowAt(area, offset);
      scanRanks(known);
      scanRanks(unknown);
      offset = end;
    }
    return chosen;
  };

  /** One of the prompts within ±`percent` of `target`, each equally likely. */
  const chooseWithin = (target: TargetLengths, percent: number, random: Random): number | undefined => {
    const area = areaWithin(target, percent);
    const total = grid.count(area);
    for (let draws = Math.min(MAX_DRAWS, Math.floor(total / CANDIDATES_PER_DRAW)); draws > 0; draws--) {
      const prompt = grid.promptAt(grid.rankOf(area, random.below(total)));
      if (matches(prompt, target, percent)) return prompt;
    }
    return scan(area, { total, target, percent, random });
  };

  /** The first tolerance that reaches a row and a column with a prompt. */
  const firstReached = (target: TargetLengths, tolerances: readonly number[]): number => {
    const reaches = (step: number): boolean => grid.count(areaWithin(target, tolerances[step] ?? 0)) > 0;
    // Nearly always it is the first.
    return reaches(0) ? 0 : firstWhere(1, tolerances.length, reaches);
  };

  return {
    choose({ target, tolerances, random }) {
      for (let step = firstReached(target, tolerances); step < tolerances.length; step++) {
        const percent = tolerances[step] ?? 0;
        const candidate = chooseWithin(target, percent, random);
        if (candidate !== undefined) return { candidate, tolerancePercent: percent };
      }
      return { candidate: nearestPrompt(grid, lengths, target), tolerancePercent: null };
    },
  };
};
