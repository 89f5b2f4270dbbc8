import { normal, normalProbability, type Random } from '@aibrix/core/random';

/** Draws two numbers in [0, 1), each uniform. */
export type JointShares = () => { input: number; output: number };

const normalShare = (x: number): number =>
  normalProbability({ mean: 0, std: 1, minimum: Number.NEGATIVE_INFINITY, maximum: x });

/**
 * Two shares at which distributions are read to draw from them together: independent, or of a Gaussian copula, the normal
 * probabilities of two normal variates of the given correlation (Sklar; Nelsen, An Introduction to Copulas, 2.3).
 */
export const jointShares = (options: { correlation: number; random: Random }): JointShares => {
  const { correlation, random } = options;
  if (correlation === 0) return () => ({ input: random.next(), output: random.next() });
  const draw = normal(random, 0, 1);
  const rest = Math.sqrt(1 - correlation ** 2);
  return () => {
    const first = draw();
    return { input: normalShare(first), output: normalShare(correlation * first + rest * draw()) };
  };
};
