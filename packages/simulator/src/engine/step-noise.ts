import { lognormal, type Random } from '@aibrix/core/random';

/**
 * Factors with mean 1 and coefficient of variation `cv`, lognormal: a step is never negative, and slow ones stray further
 * than fast ones. σ² = ln(1 + cv²), μ = −σ²/2.
 */
export const createStepNoise = (random: Random, cv: number): (() => number) => {
  if (cv === 0) return () => 1;
  const variance = Math.log1p(cv ** 2);
  return lognormal(random, -variance / 2, Math.sqrt(variance));
};
