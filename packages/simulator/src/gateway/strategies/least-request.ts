import type { Strategy } from '../strategy.js';

/** The fewest requests on their way. As AIBrix's, which counts those that pass through the gateway, not the engine's. */
export const leastRequest: Strategy = ({ pods }) => pods.map(({ requests }) => -requests);
