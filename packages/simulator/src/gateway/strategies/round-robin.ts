import type { Strategy } from '../strategy.js';

/** One pod after another. AIBrix has none; it is the yardstick of most load balancers. */
export const roundRobin: Strategy = ({ pods, turn }) => pods.map((_, index) => (index === turn % pods.length ? 1 : 0));
