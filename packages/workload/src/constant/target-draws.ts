import { createRandom, type Draw, truncatedNormal } from '@aibrix/core/random';
import type { TargetLengths } from '../matching/target-lengths.js';

/** Mean and standard deviation of a length, in tokens; a mean of null is no target. */
export interface LengthTarget {
  mean: number | null;
  std: number;
}

/** Draws whole numbers of tokens, at least 1, for each request anew. */
export const createTargetDraws = (
  seed: number | string,
  targets: { prompt: LengthTarget; output: LengthTarget },
): (() => TargetLengths) => {
  const random = createRandom(seed, 'target-lengths');
  const drawTokens = ({ mean, std }: LengthTarget, stream: string): (() => number | null) => {
    if (mean === null) return () => null;
    const bounds = { minimum: 1, maximum: Number.POSITIVE_INFINITY };
    const draw: Draw = truncatedNormal(random.fork(stream), { mean, std, ...bounds });
    return () => Math.round(draw());
  };
  const promptTokens = drawTokens(targets.prompt, 'prompt');
  const outputTokens = drawTokens(targets.output, 'completion');
  return () => ({ promptTokens: promptTokens(), outputTokens: outputTokens() });
};
