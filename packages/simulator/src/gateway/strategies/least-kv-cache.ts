import type { Strategy } from '../strategy.js';

/**
 * The smallest share of the KV cache in use. AIBrix's adds the share of the CPU cache, which engines of today no longer
 * report, and reads both from metrics that it scrapes now and then; here they are those of the moment.
 */
export const leastKvCache: Strategy = ({ pods }) => pods.map(({ kvCacheUsage }) => -kvCacheUsage);
