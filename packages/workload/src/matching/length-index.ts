import type { Random } from '@aibrix/core/random';
import { firstWhere } from '../first-where.js';
import { type CandidateLengths, type Choice, chooseByScan } from './choose-by-scan.js';
import { createLengthRows, type LengthRow, type LengthRows } from './length-rows.js';
import { distanceToTarget, matchesTarget, type TargetLengths } from './target-lengths.js';

/** Draws before the candidates are scanned: all of these miss only where nearly all candidates lie just outside. */
const MAX_DRAWS = 32;

/** Finds prompts of wanted lengths without looking at all of them. */
export interface LengthIndex {
  /** One of the prompts that `chooseByScan` would choose from, with the same probabilities. */
  choose(options: { target: TargetLengths; tolerances: readonly number[]; random: Random }): Choice;
}

/** Ranks from `from` up to, not including, `to`. */
type RankRange = readonly [from: number, to: number];

/** Least and most whole number of tokens within ±`percent` of a target; everything where there is none. */
const boundsOf = (target: number | null, percent: number): [least: number, most: number] =>
  target === null
    ? [0, Number.POSITIVE_INFINITY]
    : [Math.ceil((target * (100 - percent)) / 100), Math.floor((target * (100 + percent)) / 100)];

/** The least that any prompt of a row can be off the target's prompt length, as a share of it. */
const leastDistance = ({ shortest, longest }: LengthRow, target: number | null): number =>
  target === null ? 0 : Math.max(0, shortest - target, target - longest) / target;

const searchRows = ({ rows, order }: LengthRows, lengths: CandidateLengths): LengthIndex => {
  const at = (rank: number): number => order[rank] ?? 0;

  /** Where the prompts are whose output length fits, of the rows that hold fitting prompt lengths. */
  const rangesWithin = (target: TargetLengths, percent: number): RankRange[] => {
    const [leastPrompt, mostPrompt] = boundsOf(target.promptTokens, percent);
    const ranges: RankRange[] = [];
    const firstRow = firstWhere(0, rows.length, (row) => (rows[row]?.longest ?? 0) >= leastPrompt);
    for (let number = firstRow; number < rows.length; number++) {
      const row = rows[number];
      if (!row || row.shortest > mostPrompt) break;
      if (target.outputTokens === null) {
        ranges.push([row.from, row.to]);
        continue;
      }
      const [leastOutput, mostOutput] = boundsOf(target.outputTokens, percent);
      const reaches = (bound: number) => (rank: number) => (lengths.outputTokens(at(rank)) ?? 0) >= bound;
      const from = firstWhere(row.from, row.knownTo, reaches(leastOutput));
      ranges.push([from, firstWhere(from, row.knownTo, reaches(mostOutput + 1))], [row.knownTo, row.to]);
    }
    return ranges.filter(([from, to]) => from < to);
  };

  const candidatesIn = function* (ranges: RankRange[]): Generator<number> {
    for (const [from, to] of ranges) yield* order.subarray(from, to);
  };

  /** One of the prompts in `ranges` that match, each equally likely; the outer rows hold some that do not. */
  const chooseWithin = (
    ranges: RankRange[],
    options: { target: TargetLengths; percent: number; random: Random },
  ): number | undefined => {
    const { target, percent, random } = options;
    const total = ranges.reduce((sum, [from, to]) => sum + to - from, 0);
    for (let draw = 0; draw < MAX_DRAWS && total > 0; draw++) {
      let offset = random.below(total);
      const range = ranges.find(([from, to]) => {
        if (offset < to - from) return true;
        offset -= to - from;
        return false;
      });
      const candidate = at((range?.[0] ?? 0) + offset);
      if (matchesTarget(lengths.promptTokens(candidate), lengths.outputTokens(candidate), target, percent)) {
        return candidate;
      }
    }
    const scanned = chooseByScan(candidatesIn(ranges), lengths, { target, tolerances: [percent], random });
    return scanned.tolerancePercent === null ? undefined : scanned.candidate;
  };

  /** The nearest prompt: rows that could hold it, from the nearest row outwards. */
  const nearest = (target: TargetLengths): number => {
    const byDistance = rows
      .map((row) => ({ row, least: leastDistance(row, target.promptTokens) }))
      .sort((a, b) => a.least - b.least);
    let best = at(0);
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const { row, least } of byDistance) {
      if (least >= bestDistance) break;
      for (let rank = row.from; rank < row.to; rank++) {
        const candidate = at(rank);
        const distance = distanceToTarget(lengths.promptTokens(candidate), lengths.outputTokens(candidate), target);
        if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
      }
    }
    return best;
  };

  return {
    choose({ target, tolerances, random }) {
      for (const percent of tolerances) {
        const candidate = chooseWithin(rangesWithin(target, percent), { target, percent, random });
        if (candidate !== undefined) return { candidate, tolerancePercent: percent };
      }
      return { candidate: nearest(target), tolerancePercent: null };
    },
  };
};

/**
 * Indexes `count` prompts by both lengths, in 4 bytes each. Prompts of about the same length form a row, sorted by output
 * length: a choice is a binary search in each row within the tolerance, and a draw among what they found.
 */
export const createLengthIndex = (count: number, lengths: CandidateLengths): LengthIndex => {
  // One of the two is used throughout: a workload has a target for the prompt length or it has not.
  let byPromptLength: LengthIndex | undefined;
  let byOutputLength: LengthIndex | undefined;
  const indexFor = (target: TargetLengths): LengthIndex => {
    if (target.promptTokens === null) {
      byOutputLength ??= searchRows(createLengthRows(count, lengths, { byPromptLength: false }), lengths);
      return byOutputLength;
    }
    byPromptLength ??= searchRows(createLengthRows(count, lengths, { byPromptLength: true }), lengths);
    return byPromptLength;
  };
  return { choose: (options) => indexFor(options.target).choose(options) };
};
