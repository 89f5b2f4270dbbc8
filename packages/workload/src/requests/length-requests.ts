import type { RequestMaker } from './request-maker.js';

/** Requests without text, of just the lengths asked for: for statistics and planning. */
export const lengthRequests = (): RequestMaker => ({
  next: ({ promptTokens, outputTokens }) => ({ prompt_length: promptTokens, output_length: outputTokens }),
  findings: () => ({ statistics: {}, notes: [] }),
});
