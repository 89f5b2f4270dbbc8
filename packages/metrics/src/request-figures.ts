/** What the formulas of one request need. Times are epoch seconds on one clock; null is "did not happen" or "not known". */
export interface RequestClocks {
  /** Just before the first bytes of the first attempt. */
  startTime: number | null;
  /** Arrival of the read that held the first token. */
  firstTokenTime: number | null;
  /** Arrival of the read that held the last token. */
  lastTokenTime: number | null;
  /** End of the response. */
  endTime: number | null;
  /** Tokens produced, hidden reasoning included, as the server reports them. */
  outputTokens: number | null;
  /** Tokens in the first token-carrying read. Default 1. */
  firstReadTokens?: number | undefined | null;
  /** Without streaming there is no time to a first token, and none between tokens. */
  isStreamed: boolean;
}

/** Figures of one request; null where one is not defined. */
export interface RequestFigures {
  /** end − start, seconds. */
  latency: number | null;
  /** Time to first token: first token − start, seconds. */
  ttft: number | null;
  /** Time per output token after the first read: (last token − first token) / (n − n₁), seconds. */
  tpot: number | null;
  /** Output tokens / latency, tokens per second. */
  throughput: number | null;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : finiteOrNull(to - from);

/** `numerator / denominator`; null where one is not known or the denominator is not above 0. */
const ratio = (numerator: number | null, denominator: number | null): number | null =>
  numerator === null || denominator === null || !(denominator > 0) ? null : finiteOrNull(numerator / denominator);

/**
 * The figures of one request from its clocks.
 *
 * TPOT divides by the tokens that came after the first token-carrying read, so a chunk of several tokens does not
 * make the rest look faster; it is null when there are none.
 */
export const requestFigures = (clocks: RequestClocks): RequestFigures => {
  const { startTime, firstTokenTime, lastTokenTime, endTime, outputTokens, isStreamed } = clocks;
  const latency = between(startTime, endTime);
  const laterTokens = outputTokens === null ? null : outputTokens - (clocks.firstReadTokens ?? 1);
  return {
    latency,
    ttft: isStreamed ? between(startTime, firstTokenTime) : null,
    tpot: isStreamed ? ratio(between(firstTokenTime, lastTokenTime), laterTokens) : null,
    throughput: ratio(outputTokens, latency),
  };
};
