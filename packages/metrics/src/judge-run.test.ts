import { describe, expect, it } from 'vitest';
import { judgeRun } from './judge-run.js';
import { createQuantileSketch, type QuantileSketch } from './quantile-sketch.js';

const lags = (...values: number[]): QuantileSketch => {
  const sketch = createQuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
};

describe('judgeRun', () => {
  it('calls a run valid that was on time and whole, at the very limits', () => {
    const { verdict, reason, figures } = judgeRun({ clientLagsMs: lags(10), offered: 100, sent: 99, unsent: 1 });
    expect(verdict).toBe('valid');
    expect(reason).toContain('client lag p99 is 10 ms');
    expect(figures).toEqual({
      client_lag_p50_ms: 10,
      client_lag_p99_ms: 10,
      client_lag_max_ms: 10,
      max_client_lag_ms: 10,
      offered: 100,
      sent: 99,
      unsent: 1,
      max_unsent_fraction: 0.01,
    });
  });

  it('calls a run client-bound above the lag limit', () => {
    const judged = judgeRun({ clientLagsMs: lags(10.001), offered: 1, sent: 1, unsent: 0 });
    expect(judged.verdict).toBe('client-bound');
  });

  it('calls a run under-delivered above the unsent limit', () => {
    const judged = judgeRun({ clientLagsMs: lags(0.1), offered: 99, sent: 98, unsent: 1 });
    expect(judged.verdict).toBe('under-delivered');
    expect(judged.reason).toContain('1 of 99 requests (1.01 %)');
  });

  it('puts under-delivery first and still names the lag', () => {
    const judged = judgeRun({ clientLagsMs: lags(50), offered: 10, sent: 5, unsent: 5 });
    expect(judged.verdict).toBe('under-delivered');
    expect(judged.reason).toContain('client lag p99 is 50 ms');
  });

  it('takes other limits', () => {
    const conduct = { clientLagsMs: lags(50), offered: 10, sent: 5, unsent: 5 };
    expect(judgeRun({ ...conduct, maxClientLagMs: 50, maxUnsentFraction: 0.5 }).verdict).toBe('valid');
    expect(judgeRun({ ...conduct, unsent: 0, maxClientLagMs: 0 }).verdict).toBe('client-bound');
  });

  it('does not judge what was not measured', () => {
    const none = { clientLagsMs: lags(), sent: 0, unsent: 0 };
    expect(judgeRun({ ...none, offered: 0 }).verdict).toBe('valid');
    expect(judgeRun({ ...none, offered: 10 })).toMatchObject({
      verdict: 'unknown',
      figures: { client_lag_p50_ms: null, client_lag_p99_ms: null, client_lag_max_ms: null },
    });
    expect(judgeRun({ ...none, offered: 10, unsent: 10 }).verdict).toBe('under-delivered');
  });
});
