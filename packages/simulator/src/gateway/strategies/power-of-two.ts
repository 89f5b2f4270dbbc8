import type { Strategy } from '../strategy.js';

/**
 * Two pods are drawn, and the one with fewer requests on their way is taken (Mitzenmacher 1996), as AIBrix's. That keeps
 * its counts in Redis, so that several gateways share them; here is one gateway.
 */
export const powerOfTwo: Strategy = ({ pods, random }) => {
  const first = random.below(pods.length);
  if (pods.length === 1) return [1];
  const second = (first + 1 + random.below(pods.length - 1)) % pods.length;
  const [a, b] = [pods[first], pods[second]];
  const chosen = a && b && b.requests < a.requests ? second : first;
  return pods.map((_, index) => (index === chosen ? 1 : 0));
};
