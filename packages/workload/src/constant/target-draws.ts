import { createRandom, type Draw, gamma, normal, type Random } from '@aibrix/core/random';
import type { TargetLengths } from '../matching/target-lengths.js';

/** Mean and standard deviation of a length, in tokens; a mean of null is no target. */
export interface LengthTarget {
  mean: number | null;
  std: number;
}

/** No prompt and no answer that is asked for has fewer tokens. */
const MIN_TOKENS = 1;
/** What a request can ask for at most. */
const MAX_TOKENS = 2 ** 31 - 1;
/** A normal distribution has a thousandth of itself more than so many deviations below its mean. */
const DEVIATIONS = 3.09;

/**
 * Lengths of this mean and deviation, at least 1: normal where next to nothing of it lies below 1 token, and else 1 plus a
 * gamma distribution. A normal one that is cut off at 1 would have a larger mean than asked for: 80 ± 472 would be 405.
 */
const lengths = (random: Random, mean: number, std: number): Draw => {
  if (std === 0) return () => mean;
  const above = mean - MIN_TOKENS;
  if (above >= DEVIATIONS * std) {
    const draw = normal(random, mean, std);
    return () => Math.max(MIN_TOKENS, draw());
  }
  if (above === 0) return () => mean;
  const draw = gamma(random, (above / std) ** 2, std ** 2 / above);
  return () => MIN_TOKENS + draw();
};

/** Draws whole numbers of tokens, at least 1, for each request anew. */
export const createTargetDraws = (
  seed: number | string,
  targets: { prompt: LengthTarget; output: LengthTarget },
): (() => TargetLengths) => {
  const random = createRandom(seed, 'target-lengths');
  const drawTokens = ({ mean, std }: LengthTarget, stream: string): (() => number | null) => {
    if (mean === null) return () => null;
    const draw = lengths(random.fork(stream), mean, std);
    return () => Math.min(MAX_TOKENS, Math.round(draw()));
  };
  const promptTokens = drawTokens(targets.prompt, 'prompt');
  const outputTokens = drawTokens(targets.output, 'completion');
  return () => ({ promptTokens: promptTokens(), outputTokens: outputTokens() });
};
