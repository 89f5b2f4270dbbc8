import type { Random } from '@aibrix/core/random';
import { distanceToTarget, matchesTarget, type TargetLengths } from './target-lengths.js';

/** A candidate that was chosen, and how far the tolerance had to be widened for it; null: none fitted, it is the nearest. */
export interface Choice {
  candidate: number;
  tolerancePercent: number | null;
}

export interface CandidateLengths {
  promptTokens(candidate: number): number;
  outputTokens(candidate: number): number | null;
}

/**
 * One of the candidates that match `target` at the first of `tolerances` where any does, each equally likely; the
 * nearest where none matches at all. One pass over the candidates.
 *
 * @param candidates at least one
 */
export const chooseByScan = (
  candidates: Iterable<number>,
  lengths: CandidateLengths,
  options: { target: TargetLengths; tolerances: readonly number[]; random: Random },
): Choice => {
  const { target, tolerances, random } = options;
  /** Index of the narrowest tolerance at which a candidate was found, one of `matches` that match at it. */
  let level = tolerances.length;
  let matches = 0;
  let chosen = -1;
  let nearest = -1;
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const promptTokens = lengths.promptTokens(candidate);
    const outputTokens = lengths.outputTokens(candidate);
    const ownLevel = tolerances.findIndex((percent) => matchesTarget(promptTokens, outputTokens, target, percent));
    if (ownLevel !== -1 && ownLevel <= level) {
      if (ownLevel < level) matches = 0;
      level = ownLevel;
      // Reservoir sampling: each of the matches so far stays with the same probability.
      if (random.below(++matches) === 0) chosen = candidate;
    }
    if (chosen !== -1) continue;
    const distance = distanceToTarget(promptTokens, outputTokens, target);
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  if (chosen === -1) return { candidate: nearest, tolerancePercent: null };
  return { candidate: chosen, tolerancePercent: tolerances[level] ?? null };
};
