import type { Strategy } from '../strategy.js';

/** AIBrix's defaults. */
const FAIRNESS_WEIGHT = 0.5;
const UTILIZATION_WEIGHT = 0.5;
const MAX_POD_LOAD = 100;
const TOKENS_A_POD = 100;
const LOT = 0.1;

/**
 * Spreads users over pods by the tokens they were given, after the virtual token counter of Sheng et al. 2024
 * (arXiv:2401.00588). As AIBrix's basic form: least of 0.5 · |pod's number − (tokens mod 100 · pods) / 100| + 0.5 ·
 * requests / 100 + a lot below 0.1. Requests without a user go anywhere.
 *
 * AIBrix also adapts the width of its bands between users; here it is 100 tokens. Nothing is queued or held back: a user
 * far ahead is moved to other pods, not slowed down.
 */
export const vtcBasic: Strategy = ({ pods, request, random, userTokens }) => {
  if (request.user === undefined) return pods.map(() => random.next());
  const place = (userTokens() % (pods.length * TOKENS_A_POD)) / TOKENS_A_POD;
  return pods.map(({ requests }, index) => {
    const fairness = Math.abs(index - place);
    const utilization = Math.min(1, requests / MAX_POD_LOAD);
    return -(FAIRNESS_WEIGHT * fairness + UTILIZATION_WEIGHT * utilization + LOT * random.next());
  });
};
