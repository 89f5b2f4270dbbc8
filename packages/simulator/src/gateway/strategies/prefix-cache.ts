import type { PodState } from '../pod.js';
import type { Strategy } from '../strategy.js';

/** AIBrix's defaults: load is out of balance where most > 2 · (mean + 1), and at least 8 more than the fewest. */
const IMBALANCE_FACTOR = 2;
const IMBALANCE_GAP = 8;
/** A pod above mean + 1 · standard deviation is not given more for the sake of its cache. */
const DEVIATIONS = 1;

const spread = (pods: readonly PodState[]): { fewest: number; most: number; mean: number; deviation: number } => {
  const counts = pods.map(({ requests }) => requests);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return { fewest: Math.min(...counts), most: Math.max(...counts), mean, deviation: Math.sqrt(variance) };
};

/**
 * The pod that was sent the longest part of the prompt's beginning before; the fewest requests among equals, and where
 * none was. As AIBrix's: pods far above the mean are left out, and when load is out of balance only the idlest pods count.
 *
 * AIBrix's can follow the engines' own cache events; this one remembers what it sent where, as AIBrix's does by default.
 */
export const prefixCache: Strategy = ({ pods, prefixMatches }) => {
  const matches = prefixMatches();
  const { fewest, most, mean, deviation } = spread(pods);
  const isOutOfBalance = most > IMBALANCE_FACTOR * (mean + 1) && most - fewest >= IMBALANCE_GAP;
  const ceiling = isOutOfBalance ? fewest : mean + DEVIATIONS * deviation;
  return pods.map(({ requests }, index) => {
    const match = requests <= ceiling ? (matches[index] ?? 0) : 0;
    // Below the step of any match: it decides only among equals.
    return match + 1e-6 / (1 + requests);
  });
};
