import { describe, expect, it } from 'vitest';
import { hasNoLaterToken, resultFigures } from './result-figures.js';

const RESULT = {
  request_id: 0,
  status: 'success',
  scheduled_time: 9,
  queue_time: 0.5,
  start_time: 10,
  first_token_time: 10.5,
  last_token_time: 12.5,
  end_time: 13,
  prompt_tokens: 7,
  output_tokens: 5,
} as const;

describe('resultFigures', () => {
  it('derives what a result does not state from its clocks', () => {
    expect(resultFigures(RESULT)).toMatchObject({
      isSuccess: true,
      latency: 3,
      ttft: 0.5,
      tpot: 0.5,
      throughput: 5 / 3,
      normTpot: 3 / 5,
      ttftScheduled: 1.5,
      latencyScheduled: 4,
      dispatchLag: 1,
      clientLag: 0.5,
      totalTokens: 12,
    });
  });

  it('takes what a result states, null included: five tokens in one read have no TPOT', () => {
    const figures = resultFigures({ ...RESULT, ttft: 0.4, tpot: null, last_token_time: 10.5 });
    expect(figures).toMatchObject({ ttft: 0.4, tpot: null });
    expect(hasNoLaterToken(figures)).toBe(true);
  });

  it('tells an answer without later tokens from one that was not streamed', () => {
    expect(hasNoLaterToken(resultFigures({ ...RESULT, output_tokens: 1 }))).toBe(true);
    expect(hasNoLaterToken(resultFigures(RESULT))).toBe(false);
    const notStreamed = resultFigures({ ...RESULT, first_token_time: null, last_token_time: null });
    expect(notStreamed).toMatchObject({ ttft: null, tpot: null, ttftScheduled: null, latency: 3 });
    expect(hasNoLaterToken(notStreamed)).toBe(false);
  });

  it('does not count opening a connection as client lag', () => {
    expect(resultFigures({ ...RESULT, connect_time: 0.25 })).toMatchObject({ dispatchLag: 1, clientLag: 0.25 });
  });

  it('has no client lag without a schedule', () => {
    expect(resultFigures({ ...RESULT, scheduled_time: null })).toMatchObject({ dispatchLag: null, clientLag: null });
  });
});
