import type { RequestResult } from '@aibrix/schema';

/** `tokens` arrived evenly between two times (epoch seconds), or all at once where they are the same. */
export type VisitTokens = (from: number, to: number, tokens: number) => void;

/** What the token clocks of a result are, already checked to be finite. */
export interface TokenClocks {
  firstTokenTime: number | null;
  lastTokenTime: number | null;
  endTime: number | null;
  outputTokens: number | null;
}

/**
 * When the output tokens of a result arrived: by the reads where the result kept them (the first holds what the later
 * ones do not, where nothing else is said), else spread evenly between first
 * and last token, else at its end. The tokens visited add up to `outputTokens`.
 */
export const visitTokenArrivals = (
  clocks: TokenClocks,
  reads: Pick<RequestResult, 'itl' | 'itl_tokens' | 'first_read_tokens'>,
  visit: VisitTokens,
): void => {
  const { firstTokenTime: first, lastTokenTime: last, endTime, outputTokens } = clocks;
  if (outputTokens === null || outputTokens <= 0) return;
  if (first === null) {
    if (endTime !== null) visit(endTime, endTime, outputTokens);
    return;
  }
  const { itl, itl_tokens: perRead } = reads;
  const later = perRead?.reduce((sum, tokens) => sum + tokens, 0) ?? 0;
  const isUsable = later <= outputTokens && itl?.length === perRead?.length;
  if (!itl || !perRead || !isUsable || !itl.every(Number.isFinite)) {
    visit(first, Math.max(first, last ?? first), outputTokens);
    return;
  }
  // Where chunks are counted and hold several tokens, or tokens are hidden, the count falls short: each read gets its share.
  const firstRead = reads.first_read_tokens ?? outputTokens - later;
  const share = firstRead + later > 0 ? outputTokens / (firstRead + later) : 0;
  visit(first, first, firstRead * share);
  let time = first;
  for (let index = 0; index < itl.length; index++) {
    time += itl[index] as number;
    visit(time, time, (perRead[index] as number) * share);
  }
};
