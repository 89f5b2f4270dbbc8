import type { Strategy } from '../strategy.js';

/** Each pod equally likely, as AIBrix's. */
export const random: Strategy = ({ pods, random: source }) => pods.map(() => source.next());
