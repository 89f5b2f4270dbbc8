/** How much of the planned output a limit cuts off. */
export interface Clipping {
  clippedRequests: number;
  clippedTokens: number;
}

/** Counts one request's planned tokens against the limit. */
export const addClipping = (
  clipping: Clipping,
  plannedTokens: number | null | undefined,
  limitTokens: number | null,
): void => {
  const excess = (plannedTokens ?? 0) - (limitTokens ?? Number.POSITIVE_INFINITY);
  if (excess <= 0) return;
  clipping.clippedRequests++;
  clipping.clippedTokens += excess;
};
