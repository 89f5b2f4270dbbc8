import type { WeightedStrategy } from './routing-strategy.js';
import type { RoutingView } from './strategy.js';

/** Into 0 to 1 over the pods; all 0 where they are equal, which leaves the choice to the other strategies. */
const normalised = (scores: readonly number[]): number[] => {
  const least = Math.min(...scores);
  const width = Math.max(...scores) - least;
  return scores.map((score) => (width === 0 ? 0 : (score - least) / width));
};

/**
 * Index in `view.pods` of the pod to send a request to. Several strategies add up their scores, each normalised to 0 to
 * 1 over the pods and times its weight, as AIBrix's soft scoring does; the highest sum wins, and equals are drawn by lot.
 */
export const choosePod = (strategies: readonly WeightedStrategy[], view: RoutingView): number => {
  const [only] = strategies;
  const sums =
    only && strategies.length === 1
      ? only.strategy(view)
      : strategies
          .map(({ strategy, weight }) => normalised(strategy(view)).map((score) => score * weight))
          .reduce((total, scores) => total.map((sum, index) => sum + (scores[index] ?? 0)));
  const highest = Math.max(...sums);
  const best = sums.flatMap((sum, index) => (sum === highest ? [index] : []));
  return best.length === 1 ? (best[0] ?? 0) : view.random.pick(best);
};
