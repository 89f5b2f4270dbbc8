import type { Strategy } from '../strategy.js';

/** AIBrix's own figure for what a prompt token costs against one of the answer. */
const PROMPT_WEIGHT = 2;

/**
 * The pod that had the lightest requests: least of 2 · mean prompt tokens + mean output tokens of a request, as AIBrix's.
 * AIBrix takes the means over the last minutes from Prometheus; here they are over all requests that ended. A pod without
 * any counts as 0, so that it is tried.
 */
export const throughput: Strategy = ({ pods }) =>
  pods.map(
    ({ meanPromptTokens, meanOutputTokens }) => -(PROMPT_WEIGHT * (meanPromptTokens ?? 0) + (meanOutputTokens ?? 0)),
  );
